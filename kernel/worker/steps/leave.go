package steps

// leave is the generator of return. The interpreter makes no step of one that has
// nothing left to do; but then it takes a return that is reached on several ways
// for one whose step is still to be made, and for what that leads to.
func leave(n *node) {
	genReturn(n)
	if n.exec == nil {
		n.exec = func(*frame) step { return nil }
	}
}
