// Package nbval checks the lessons' outputs with nbval.
package nbval
