// Package marks writes a place in a cell as one number, so that lowered code can
// note where it is at the cost of storing a word.
package marks

// The parts of a mark, from the right: the column, the line, and the number that
// makes the name of the function unique, 0 for the statements of a cell.
const (
	columnBits = 12
	lineBits   = 16
)

// Mark is a place as one number. A line or column too large for it is cut off.
func Mark(function, line, column int) int64 {
	return int64(function)<<(lineBits+columnBits) | int64(min(line, 1<<lineBits-1))<<columnBits | int64(min(column, 1<<columnBits-1))
}

// Parts takes a mark apart.
func Parts(mark int64) (function, line, column int) {
	return int(mark >> (lineBits + columnBits)), int(mark>>columnBits) & (1<<lineBits - 1), int(mark) & (1<<columnBits - 1)
}
