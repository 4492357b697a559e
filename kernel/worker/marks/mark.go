// Package marks writes a place in a cell as one number, so that lowered code can
// note where it is at the cost of storing a word.
package marks

// The parts of a mark, from the right: the column, the line, the number that makes
// the name of the function unique, 0 for the statements of a cell, and the cell.
const (
	columnBits   = 12
	lineBits     = 14
	functionBits = 20
	cellBits     = 17
)

// Mark is a place as one number. A part too large for it is cut off.
func Mark(cell, function, line, column int) int64 {
	mark := int64(0)
	for _, part := range []struct{ value, bits int }{{cell, cellBits}, {function, functionBits}, {line, lineBits}, {column, columnBits}} {
		mark = mark<<part.bits | int64(min(part.value, 1<<part.bits-1))
	}
	return mark
}

// Parts takes a mark apart.
func Parts(mark int64) (cell, function, line, column int) {
	part := func(bits int) int {
		value := int(mark & (1<<bits - 1))
		mark >>= bits
		return value
	}
	column, line, function = part(columnBits), part(lineBits), part(functionBits)
	return int(mark), function, line, column
}
