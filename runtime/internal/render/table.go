package render

import (
	"fmt"
	"html"
	"reflect"
	"strings"
)

// maxRows is how many elements of a slice are rows of its table.
const maxRows = 100

// table is a slice or array of structs, or of pointers to structs, as HTML: an
// element a row, a field a column. ok is false for every other value, for one
// without elements or fields, and where the elements have a text of their own.
func table(v reflect.Value) (text string, ok bool) {
	if v.Kind() != reflect.Slice && v.Kind() != reflect.Array || v.Len() == 0 {
		return "", false
	}
	row := v.Type().Elem()
	if row.Kind() == reflect.Pointer {
		row = row.Elem()
	}
	if row.Kind() != reflect.Struct || row.NumField() == 0 {
		return "", false
	}
	var b strings.Builder
	b.WriteString("<table>\n<tr><th></th>")
	for i := range row.NumField() {
		b.WriteString("<th>" + html.EscapeString(row.Field(i).Name) + "</th>")
	}
	b.WriteString("</tr>\n")
	for i := range min(v.Len(), maxRows) {
		element := readable(v.Index(i))
		if _, own := ownText(element); own {
			return "", false
		}
		fmt.Fprintf(&b, "<tr><th>%d</th>", i)
		if element.Kind() == reflect.Pointer {
			element = element.Elem() // invalid for nil: a row without cells
		}
		for j := 0; element.IsValid() && j < row.NumField(); j++ {
			b.WriteString("<td>" + html.EscapeString(cellText(readable(element.Field(j)))) + "</td>")
		}
		b.WriteString("</tr>\n")
	}
	if more := v.Len() - maxRows; more > 0 {
		fmt.Fprintf(&b, "<tr><th>…</th><td colspan=\"%d\">%d more</td></tr>\n", row.NumField(), more)
	}
	b.WriteString("</table>")
	return b.String(), true
}

// cellText is a field as a table shows it: a string without quotes.
func cellText(v reflect.Value) string {
	v = unwrap(v)
	if v.IsValid() && v.Kind() == reflect.String {
		if _, own := ownText(v); !own {
			return v.String()
		}
	}
	return goSyntax(v, "")
}
