// Package messagespec validates every message of a long session against JSON
// schemas of Jupyter's protocol, version 5.5 with JEPs 65 and 91.
package messagespec
