package claims

import (
	"testing"

	"spabench/harness/internal/inventory"
	"spabench/harness/internal/record"
)

// looked returns the inventory of a variant of one image, which starts this and in which this was found.
func looked(entry inventory.Entry, found ...inventory.Finding) inventory.Variant {
	return inventory.Variant{
		Name: "one", Size: &inventory.Size{Unpacked: 11e6, Compressed: 5e6, Own: 4e6, Layers: 2},
		Images:   []inventory.Image{{Container: "app", Files: 3, Entry: entry, Findings: found}},
		Hardened: &inventory.Hardened{Ready: true, Page: true, API: true, Write: true},
	}
}

func lookedStatic() inventory.Variant { return looked(inventory.Entry{Form: inventory.Static}) }

func lookedPython() inventory.Variant {
	v := looked(inventory.Entry{Interpreter: "/usr/bin/python3.13"})
	v.Images[0].Packages = []inventory.Package{{Manager: inventory.Pip}}
	v.Size.Unpacked = 163e6
	return v
}

func TestLeftovers(t *testing.T) {
	npm := looked(inventory.Entry{}, inventory.Finding{Kind: inventory.NodeManager, Path: "/usr/bin/npm"})
	shell := looked(inventory.Entry{}, inventory.Finding{Kind: inventory.Shell, Path: "/bin/sh"})
	for _, c := range []struct {
		name string
		all  []inventory.Variant
		want record.Verdict
	}{
		{"clean", []inventory.Variant{lookedStatic(), lookedPython()}, record.Holds},
		{"a shell is no leftover", []inventory.Variant{shell}, record.Holds},
		{"npm in one", []inventory.Variant{lookedStatic(), npm}, record.Partly},
		{"npm everywhere", []inventory.Variant{npm}, record.Refuted},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := judgeLeftovers(observeLeftovers(c.all)); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
	seen := observeLeftovers([]inventory.Variant{npm, shell})
	want := record.Leftover{Container: "app", Kind: string(inventory.NodeManager), Path: "/usr/bin/npm"}
	if len(seen.Kinds) != len(leftoverKinds()) || seen.Variants[0].Files != 3 || seen.Variants[1].Shells != 1 ||
		len(seen.Variants[0].Found) != 1 || seen.Variants[0].Found[0] != want {
		t.Errorf("%+v", seen)
	}
}

func TestSizes(t *testing.T) {
	large := lookedStatic()
	large.Size = &inventory.Size{Unpacked: 80e6}
	several := lookedStatic()
	several.Size, several.Images = large.Size, append(several.Images, several.Images...)
	for _, c := range []struct {
		name string
		all  []inventory.Variant
		want record.Verdict
	}{
		{"as claimed", []inventory.Variant{lookedStatic(), lookedPython()}, record.Holds},
		{"a large Go image", []inventory.Variant{large, lookedPython()}, record.Partly},
		{"several images do not count", []inventory.Variant{lookedStatic(), several, lookedPython()}, record.Holds},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := judgeSizes(observeSizes(c.all, make([]inventory.Layers, len(c.all)))); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
	layers := []inventory.Layers{{Layers: []inventory.Layer{
		{Compressed: 100, Base: true}, {Compressed: 20}, {Compressed: 20, Again: true}, {Compressed: 3},
	}}}
	seen := observeSizes([]inventory.Variant{lookedStatic()}, layers).Variants[0]
	if seen.OwnCompressed != 23 || len(seen.Layers) != 4 || !seen.Layers[0].Base || !seen.Layers[2].Repeated ||
		seen.LayerCount != 2 || seen.Own != 4e6 || seen.Python {
		t.Errorf("%+v", seen)
	}
}

func TestRuntime(t *testing.T) {
	dynamic := looked(inventory.Entry{Form: inventory.Dynamic, Libraries: []string{"/lib/libc.so.6"}})
	bare := lookedPython()
	bare.Images[0].Packages = nil
	for _, c := range []struct {
		name string
		all  []inventory.Variant
		want record.Verdict
	}{
		{"as claimed", []inventory.Variant{lookedStatic(), lookedPython()}, record.Holds},
		{"a dynamic Go program", []inventory.Variant{dynamic, lookedPython()}, record.Partly},
		{"Python without packages", []inventory.Variant{lookedStatic(), bare}, record.Partly},
		{"the other way round", []inventory.Variant{dynamic, bare}, record.Refuted},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := judgeRuntime(observeRuntime(c.all)); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
	python := lookedPython()
	python.Images[0].Writable = []string{"/tmp", "/data", "/tmp"}
	python.Hardened = &inventory.Hardened{Ready: true, Err: "the page differs"}
	seen := observeRuntime([]inventory.Variant{python}).Variants[0]
	if !seen.Python || seen.Interpreter != "/usr/bin/python3.13" || seen.Packages["pip"] != 1 ||
		len(seen.Writable) != 2 || seen.Hardened || seen.HardenedErr != "the page differs" || seen.Users[0] != "root" {
		t.Errorf("%+v", seen)
	}
}
