// Package lessons is the course's notebooks, one a lesson, in Chinese (zh) and
// English (en), generated from what the folder source holds. Its tests prove that
// they are current, well made, and show what they show.
package lessons

//go:generate go run ./gen
