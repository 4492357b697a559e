// Package validate runs notebooks and compares what their cells show with what
// the files say they showed. It follows the rules of nbval 0.11, the plug-in of
// pytest: the same tags, the same comparison, the same file of replacements.
package validate
