// Package nbgrader has the real nbgrader assign a lesson, grade submissions of it
// with this kernel, and write feedback.
package nbgrader
