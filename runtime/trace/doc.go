// Package trace records what threads do, and draws it: a timeline with a lane for
// each thread, a graph of who waits for whom, a table with a column for each
// thread, and a file for Perfetto.
//
//	If you want to see                          use
//	real threads                                Start, Recorder.Stop
//	a simulation of your own                    Recorder, Recorder.Record
//	who ran, waited and held what, when         Trace.Timeline
//	who waits for whom, and why it is stuck     Trace.WaitGraph
//	what happened, step by step                 Trace.Table
//	a large trace, with zoom and search         Trace.Chrome
//
// A picture is shown by being the value of a cell, or by display.Show. It prints
// as text of the same content, and a screen reader finds that text, too. The same
// events give the same bytes on every machine.
package trace
