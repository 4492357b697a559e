package notebook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// Object is a JSON object that keeps the order of its members and the exact
// text of their values. The zero Object is an empty one.
type Object struct {
	members []member
}

type member struct {
	name  string
	value jsontext.Value
}

// verbatim keeps strings as the file spells them, lone surrogates included:
// Python writes those, and they have no UTF-8 form.
var verbatim = []jsontext.Options{jsontext.PreserveRawStrings(true), jsontext.AllowInvalidUTF8(true)}

// Names lists the members' names in order.
func (o *Object) Names() []string {
	names := make([]string, len(o.members))
	for i, m := range o.members {
		names[i] = m.name
	}
	return names
}

// Get returns the text of a member's value.
func (o *Object) Get(name string) (jsontext.Value, bool) {
	for _, m := range o.members {
		if m.name == name {
			return m.value, true
		}
	}
	return nil, false
}

// Set gives a member a value, which is encoded as encoding/json does, without
// escaping HTML. A new member goes to its alphabetical place where the others
// are sorted, as Jupyter writes them, and to the end where they are not. It
// fails where the value has no JSON form.
func (o *Object) Set(name string, value any) error {
	raw, err := encode(value)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	o.set(name, raw)
	return nil
}

// Delete removes a member; there need not be one of that name.
func (o *Object) Delete(name string) {
	o.members = slices.DeleteFunc(o.members, func(m member) bool { return m.name == name })
}

func (o *Object) set(name string, raw jsontext.Value) {
	for i := range o.members {
		if o.members[i].name == name {
			o.members[i].value = raw
			return
		}
	}
	at := len(o.members)
	if slices.IsSorted(o.Names()) {
		at, _ = slices.BinarySearch(o.Names(), name)
	}
	o.members = slices.Insert(o.members, at, member{name, raw})
}

func (o *Object) clone() Object {
	return Object{members: slices.Clone(o.members)}
}

// text returns the object as JSON; its layout is left to the final formatting.
func (o *Object) text() jsontext.Value {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o.members {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(quote(m.name))
		b.WriteByte(':')
		b.Write(m.value)
	}
	b.WriteByte('}')
	return b.Bytes()
}

// decode reads raw, which must be valid JSON, into the object.
func (o *Object) decode(raw jsontext.Value) error {
	if raw.Kind() != '{' {
		return wrongKind(raw, "an object")
	}
	d := jsontext.NewDecoder(bytes.NewReader(raw), verbatim...)
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		// The token's memory is reused by the next read.
		text := name.String()
		value, err := d.ReadValue()
		if err != nil {
			return err
		}
		o.members = append(o.members, member{text, value.Clone()})
	}
	return nil
}

// field decodes a member; without one it leaves v as it is.
func field[T any](o *Object, name string, v *T, decode func(jsontext.Value) (T, error)) error {
	raw, ok := o.Get(name)
	if !ok {
		return nil
	}
	value, err := decode(raw)
	if err != nil {
		return fmt.Errorf("%s %w", name, err)
	}
	*v = value
	return nil
}

// required is field for a member that must be there.
func required[T any](o *Object, name string, v *T, decode func(jsontext.Value) (T, error)) error {
	if _, ok := o.Get(name); !ok {
		return fmt.Errorf("%s is missing", name)
	}
	return field(o, name, v, decode)
}

// keep sets a member to v unless it already says so: what was not changed
// stays as its author wrote it.
func keep[T any](o *Object, name string, v T, decode func(jsontext.Value) (T, error), encode func(T) jsontext.Value) {
	if raw, ok := o.Get(name); ok {
		if old, err := decode(raw); err == nil && reflect.DeepEqual(old, v) {
			return
		}
	}
	o.set(name, encode(v))
}

func encode(value any) (jsontext.Value, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return nil, err
	}
	// encoding/json escapes U+2028 and U+2029 whatever it is told; Jupyter
	// writes them as they are, and so does jsontext.
	raw := jsontext.Value(b.Bytes())
	if err := raw.Compact(jsontext.PreserveRawStrings(false), jsontext.AllowInvalidUTF8(true)); err != nil {
		return nil, err
	}
	return raw, nil
}

func quote(s string) jsontext.Value {
	// Invalid UTF-8 is replaced, which AppendQuote reports as an error as well.
	raw, _ := jsontext.AppendQuote(nil, s)
	return raw
}
