// Package explore decides which schedules of a simulated body are run: all of them,
// depth first; one of each class of those that can't be told apart; or some, at
// random. It is stateless model checking in the sense of VeriSoft (Godefroid, POPL
// 1997): a schedule is run from its beginning each time, and nothing but the choices
// is kept.
package explore
