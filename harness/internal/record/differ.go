package record

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Difference is one value that differs between two Envs or two Plans.
type Difference struct {
	Name string // path in the record, such as bases.GO_IMAGE.id
	A, B string // "" where there is no value
}

func (d Difference) String() string {
	show := func(s string) string {
		if s == "" {
			return "nothing"
		}
		return s
	}
	return fmt.Sprintf("%s: %s, then %s", d.Name, show(d.A), show(d.B))
}

// Differences lists where b differs from a, which are both an Env or both a Plan, except in the named fields.
func Differences(a, b any, except ...string) []Difference {
	of, to := map[string]string{}, map[string]string{}
	leaves(of, "", plain(a))
	leaves(to, "", plain(b))
	names := maps.Clone(of)
	maps.Copy(names, to)
	var found []Difference
	for _, name := range slices.Sorted(maps.Keys(names)) {
		field, _, _ := strings.Cut(name, ".")
		if of[name] != to[name] && !slices.Contains(except, field) {
			found = append(found, Difference{name, of[name], to[name]})
		}
	}
	return found
}

// plain is the value as it is in the record.
func plain(v any) any {
	data, err := json.Marshal(v)
	var out any
	if err == nil {
		err = json.Unmarshal(data, &out)
	}
	if err != nil {
		panic(err) // plain data can always be encoded and decoded
	}
	return out
}

// leaves flattens a value into paths such as loads.page.rate. Elements of lists are named by their own name, if any.
func leaves(into map[string]string, path string, v any) {
	below := func(name string) string { return strings.TrimPrefix(path+"."+name, ".") }
	switch v := v.(type) {
	case map[string]any:
		for name, e := range v {
			leaves(into, below(name), e)
		}
	case []any:
		for i, e := range v {
			name := strconv.Itoa(i)
			if m, ok := e.(map[string]any); ok {
				if own, ok := m["name"].(string); ok {
					name = own
				}
			}
			leaves(into, below(name), e)
		}
	case float64:
		into[path] = strconv.FormatFloat(v, 'f', -1, 64)
	default:
		into[path] = fmt.Sprint(v)
	}
}
