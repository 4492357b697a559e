package notebook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// wrongKind reports a value of another JSON type than the format has there.
// Its message follows the name of the member: "source is a number, not a string".
func wrongKind(raw jsontext.Value, want string) error {
	return fmt.Errorf("is %s, not %s", kindName(raw), want)
}

func kindName(raw jsontext.Value) string {
	switch raw.Kind() {
	case 'n':
		return "null"
	case 't', 'f':
		return "true or false"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case '{':
		return "an object"
	case '[':
		return "a list"
	}
	return "no value"
}

func decodeObject(raw jsontext.Value) (Object, error) {
	var o Object
	err := o.decode(raw)
	return o, err
}

func decodeList(raw jsontext.Value) ([]jsontext.Value, error) {
	if raw.Kind() != '[' {
		return nil, wrongKind(raw, "a list")
	}
	d := jsontext.NewDecoder(bytes.NewReader(raw), verbatim...)
	if _, err := d.ReadToken(); err != nil {
		return nil, err
	}
	list := []jsontext.Value{}
	for d.PeekKind() != ']' {
		value, err := d.ReadValue()
		if err != nil {
			return nil, err
		}
		list = append(list, value.Clone())
	}
	return list, nil
}

func encodeList(list []jsontext.Value) jsontext.Value {
	return append(append(jsontext.Value{'['}, bytes.Join(values(list), []byte{','})...), ']')
}

func values(list []jsontext.Value) [][]byte {
	all := make([][]byte, len(list))
	for i, v := range list {
		all[i] = v
	}
	return all
}

func decodeString(raw jsontext.Value) (string, error) {
	if raw.Kind() != '"' {
		return "", wrongKind(raw, "a string")
	}
	// A lone surrogate becomes U+FFFD, which AppendUnquote also reports.
	text, _ := jsontext.AppendUnquote(nil, bytes.TrimSpace(raw))
	return string(text), nil
}

func decodeStrings(raw jsontext.Value) ([]string, error) {
	list, err := decodeList(raw)
	if err != nil {
		return nil, err
	}
	all := make([]string, len(list))
	for i, item := range list {
		if all[i], err = decodeString(item); err != nil {
			return nil, fmt.Errorf("holds %s, not only strings", kindName(item))
		}
	}
	return all, nil
}

func encodeStrings(all []string) jsontext.Value {
	list := make([]jsontext.Value, len(all))
	for i, s := range all {
		list[i] = quote(s)
	}
	return encodeList(list)
}

func decodeInt(raw jsontext.Value) (int, error) {
	if raw.Kind() != '0' {
		return 0, wrongKind(raw, "a number")
	}
	n, err := strconv.Atoi(string(bytes.TrimSpace(raw)))
	if err != nil {
		return 0, fmt.Errorf("is %s, not a whole number in range", bytes.TrimSpace(raw))
	}
	return n, nil
}

// decodeCount reads an execution count, in which null stands for "not run".
func decodeCount(raw jsontext.Value) (int, error) {
	if raw.Kind() == 'n' {
		return 0, nil
	}
	n, err := decodeInt(raw)
	if err == nil && n < 0 {
		err = fmt.Errorf("is %d, less than 0", n)
	}
	return n, err
}

func encodeCount(n int) jsontext.Value {
	if n == 0 {
		return jsontext.Value("null")
	}
	return jsontext.Value(strconv.Itoa(n))
}

// decodeAny reads any value; numbers become json.Number and keep their digits.
func decodeAny(raw jsontext.Value) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err
}
