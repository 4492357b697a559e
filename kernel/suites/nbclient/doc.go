// Package nbclient runs the lessons with Jupyter's own notebook runner.
package nbclient
