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
	Name string // as in the record, from the outside in: bases.GO_IMAGE.id
	A, B string // "" where there is none
	Note string // what the difference means, where its name does not say it
}

func (d Difference) String() string {
	show := func(s string) string {
		if s == "" {
			return "not recorded"
		}
		return s
	}
	text := fmt.Sprintf("%s: %s, then %s", d.Name, show(d.A), show(d.B))
	if d.Note != "" {
		text += " (" + d.Note + ")"
	}
	return text
}

// Differences lists in what b differs from a, both an Env or both a Plan, leaving out the named fields. Base images are
// compared by what is in them where that is known.
func Differences(a, b any, except ...string) []Difference {
	var found []Difference
	before, isEnv := a.(Env)
	after, areEnvs := b.(Env)
	if isEnv && areEnvs {
		found = baseDifferences(before.Bases, after.Bases)
		before.Bases, after.Bases = nil, nil
		before.ImageStore, after.ImageStore = StoreOf(before), StoreOf(after)
		a, b = before, after
	}
	found = append(found, leafDifferences("", plain(a), plain(b))...)
	found = slices.DeleteFunc(found, func(d Difference) bool {
		field, _, _ := strings.Cut(d.Name, ".")
		return slices.Contains(except, field)
	})
	slices.SortStableFunc(found, func(d, e Difference) int { return strings.Compare(d.Name, e.Name) })
	return found
}

// The kinds of image store that Docker has; the store of another engine is named after that.
const (
	GraphDriver = "graph driver"           // the classic one
	Snapshotter = "containerd snapshotter" // the newer one
)

// StoreOf is how the engine kept images. Older records do not name it, but the storage driver of each kind of Docker's.
func StoreOf(e Env) string {
	switch {
	case e.ImageStore != "":
		return e.ImageStore
	case e.StorageDriver == "overlayfs":
		return Snapshotter
	}
	return GraphDriver
}

// leafDifferences compares two plain values below a path, leaf by leaf.
func leafDifferences(path string, a, b any) []Difference {
	before, after := map[string]string{}, map[string]string{}
	leaves(before, path, a)
	leaves(after, path, b)
	names := maps.Clone(before)
	maps.Copy(names, after)
	var found []Difference
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if before[name] != after[name] {
			found = append(found, Difference{Name: name, A: before[name], B: after[name]})
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
