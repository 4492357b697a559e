// Package jupyterlab tests the kernel in JupyterLab as a learner sees it: a
// lesson is opened and run in a real browser.
package jupyterlab
