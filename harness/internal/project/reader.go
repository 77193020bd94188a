package project

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"

	"spabench/harness/internal/nearest"
)

// value is a value of the file, and the path of the keys that lead to it.
type value struct {
	node *yaml.Node
	key  string
}

// resolved is the value that an alias stands for, or the value itself.
func (v value) resolved() value {
	if v.node.Kind == yaml.AliasNode {
		v.node = v.node.Alias
	}
	return v
}

// field is a key that a mapping may have, and what is done with its value.
type field struct {
	name string
	read func(value)
}

// reader reads a file and collects what is wrong with it.
type reader struct {
	file  string
	root  value
	lines map[string]int
	errs  []error
	gone  []error // what is missing of the part that is being read
}

func newReader(file string, text []byte) *reader {
	r := &reader{file: file, lines: map[string]int{}, root: value{node: &yaml.Node{Kind: yaml.MappingNode}}}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, another yaml.Node
	if err := decoder.Decode(&document); err != nil && !errors.Is(err, io.EOF) {
		r.syntax(err)
		return r
	}
	if len(document.Content) == 0 || document.Content[0].Tag == "!!null" {
		r.errs = append(r.errs, fmt.Errorf("%s is empty: spabench schema project prints what it may say", file))
		return r
	}
	switch err := decoder.Decode(&another); {
	case err == nil:
		r.errs = append(r.errs, fmt.Errorf("%s:%d: a second YAML document; the file must have only one", file, another.Line))
	case !errors.Is(err, io.EOF):
		r.syntax(err)
	}
	r.root.node = document.Content[0]
	return r
}

// syntax notes that the file is no YAML.
func (r *reader) syntax(err error) {
	line, message := 1, err.Error()
	if load := new(yaml.LoadError); errors.As(err, &load) {
		line, message = max(1, load.Mark.Line), load.Message
		if load.ContextMsg != "" {
			message = load.ContextMsg + ": " + message
		}
	}
	r.errs = append(r.errs, fmt.Errorf("%s:%d: not YAML: %s", r.file, line, message))
}

// fail notes what is wrong with a value.
func (r *reader) fail(n value, format string, args ...any) {
	r.errs = append(r.errs, r.fault(n, format, args...))
}

// missing notes that what a value names is not there.
func (r *reader) missing(n value, format string, args ...any) {
	r.gone = append(r.gone, r.fault(n, format, args...))
}

// takeMissing returns what was noted as missing since it was last called.
func (r *reader) takeMissing() []error {
	gone := r.gone
	r.gone = nil
	return gone
}

func (r *reader) fault(n value, format string, args ...any) error {
	where := fmt.Sprintf("%s:%d: ", r.file, n.node.Line)
	if n.key != "" {
		where += n.key + ": "
	}
	return errors.New(where + fmt.Sprintf(format, args...))
}

// mapping reads a mapping with no other keys than these.
func (r *reader) mapping(n value, path string, known []field) {
	var names []string
	for _, f := range known {
		names = append(names, f.name)
	}
	r.pairs(n, strings.Join(names, ", "), func(v value, name string, line int) {
		for _, f := range known {
			if f.name == name {
				f.read(v)
				return
			}
		}
		place := "at the top of the file"
		if path != "" {
			place = "below " + path
		}
		r.errs = append(r.errs, fmt.Errorf("%s:%d: unknown key %q %s%s (the keys are %s)",
			r.file, line, name, place, nearest.Suggestion(name, names), strings.Join(names, ", ")))
	})
}

// settings reads a mapping from any names to texts.
func (r *reader) settings(n value) []Setting {
	var all []Setting
	r.pairs(n, "names and values", func(v value, name string, _ int) {
		all = append(all, Setting{Name: name, Value: r.text(v), Key: v.key})
	})
	return all
}

// pairs calls f with each value of a mapping, its name and the line of its key. What the keys are is for an error.
func (r *reader) pairs(n value, keys string, f func(v value, name string, line int)) {
	n = n.resolved()
	node := n.node
	if node.Kind != yaml.MappingNode {
		r.fail(n, "give a mapping here, with these keys: %s", keys)
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, v := node.Content[i], value{node.Content[i+1], strings.TrimPrefix(n.key+"."+node.Content[i].Value, ".")}
		if first, twice := seen[key.Value]; twice {
			r.errs = append(r.errs, fmt.Errorf("%s:%d: %s is given twice; the first is in line %d",
				r.file, key.Line, v.key, first))
			continue
		}
		seen[key.Value], r.lines[v.key] = key.Line, key.Line
		f(v, key.Value, key.Line)
	}
}

// text reads a text or a number. It is "" if there is neither, which is an error.
func (r *reader) text(n value) string {
	n = n.resolved()
	node := n.node
	switch {
	case node.Kind != yaml.ScalarNode:
		r.fail(n, "give one value here, not a list or a mapping")
	case node.Tag == "!!null" || strings.TrimSpace(node.Value) == "":
		r.fail(n, "the value is missing; leave the key out, or give one")
	case strings.ContainsAny(node.Value, "\r\n"):
		r.fail(n, "give a value on one line")
	default:
		return node.Value
	}
	return ""
}

// one returns the elements of a list, or the single value that stands in place of a list.
func (r *reader) one(n value) []value {
	n = n.resolved()
	if n.node.Kind != yaml.SequenceNode {
		return []value{n}
	}
	return r.list(n)
}

func (r *reader) list(n value) []value {
	var all []value
	for i, e := range n.node.Content {
		all = append(all, value{e, fmt.Sprintf("%s[%d]", n.key, i)})
	}
	if len(all) == 0 {
		r.fail(n, "the list is empty; leave the key out, or give a value")
	}
	return all
}

// each reads a list of values.
func (r *reader) each(n value, read func(value) string) []string {
	n = n.resolved()
	if n.node.Kind != yaml.SequenceNode {
		r.fail(n, "give a list here, such as [/orders/42]")
		return nil
	}
	var all []string
	for _, v := range r.list(n) {
		all = append(all, read(v))
	}
	return all
}
