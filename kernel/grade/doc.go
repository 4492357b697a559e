// Package grade checks what learners have handed in: each exercise in a fresh
// worker, on what the submission declares, with limits.
//
// A submission is not trusted. Its cells run with a few packages and a folder of
// their own, the course's own cells and checks are taken from the course, and a
// verdict is what a check reports to the worker's supervisor: nothing that a
// submission prints, returns or changes in its notebook can be one.
package grade
