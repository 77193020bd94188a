package inventory

import (
	"fmt"
	"slices"
	"testing"
)

// What a user may change is reported as the outermost folder, whether by its owner's, its group's or everybody's
// rights.
func TestWritable(t *testing.T) {
	owned := func(name string, mode int64, user, group int) entry {
		return entry{name: name, mode: mode, user: user, group: group}
	}
	files := []entry{
		{name: "/etc/passwd", content: "root:x:0:0::/:\nweb:x:101:102:::\n"},
		{name: "/etc/group", content: "root:x:0:\nweb:x:102:\nlogs:x:7:other,web\nothers:x:8:webmaster\n"},
		owned("/data/", 0o755, 101, 0), owned("/data/books.db", 0o644, 101, 0),
		owned("/data/deep/", 0o755, 0, 0), owned("/data/deep/own", 0o600, 101, 0),
		owned("/data2", 0o444, 101, 0),
		owned("/group", 0o664, 0, 102), owned("/log", 0o620, 0, 7), owned("/other", 0o660, 0, 8),
		owned("/read", 0o644, 0, 102),
		owned("/not-group", 0o606, 0, 102), // a member of the group has only the group's rights
		owned("/zero", 0o620, 0, 0), owned("/tmp/", 0o1777, 0, 0), {name: "/link", link: "/data"},
	}
	for user, want := range map[string][]string{
		"web":      {"/data", "/data2", "/group", "/log", "/tmp"},
		"101":      {"/data", "/data2", "/group", "/log", "/tmp"},
		"web:0":    {"/data", "/data2", "/not-group", "/tmp", "/zero"},
		"web:web":  {"/data", "/data2", "/group", "/tmp"},
		"5:others": {"/not-group", "/other", "/tmp"},
		"65532":    {"/not-group", "/tmp", "/zero"},
		"unknown":  {"/not-group", "/tmp"},
		"":         {"/"}, "root": {"/"}, "0:7": {"/"},
	} {
		if got := read(t, Config{User: user}, files...).Writable; !slices.Equal(got, want) {
			t.Errorf("user %q may write %v, want %v", user, got, want)
		}
	}
}

func TestWeigh(t *testing.T) {
	layers := []Layer{
		{Container: "a", ID: "base", Unpacked: 100, Compressed: 50, Base: true},
		{Container: "a", ID: "1", Unpacked: 10, Compressed: 5},
		{Container: "b", ID: "base", Unpacked: 100, Compressed: 50, Base: true},
		{Container: "b", ID: "2", Unpacked: 1, Compressed: 1},
	}
	if got, want := Weigh(layers), (Size{Unpacked: 111, Compressed: 56, Own: 11, Layers: 3}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for i, y := range layers {
		if y.Again != (i == 2) {
			t.Errorf("layer %d: again %v", i, y.Again)
		}
	}
}

// Facts cover all images: it is enough that one of them has something, or is not static.
func TestFacts(t *testing.T) {
	bare := Image{
		Container: "backend", Config: Config{User: "7"}, Entry: Entry{Path: "/server", Form: Static},
		Writable: []string{"/data"}, Packages: []Package{{Manager: GoModule, Name: "fiber"}},
	}
	full := Image{
		Container: "proxy",
		Entry:     Entry{Path: "/sh", Form: Dynamic, Interpreter: "/sh", Libraries: []string{"/z", "/c", "/z"}},
		Findings: []Finding{
			{Shell, "/sh", "", 1}, {Source, "/start.sh", "shell", 1},
			{Source, "/main.tsx", "TypeScript", 1}, {NodeModules, "/app/node_modules", "", 1},
		},
		Packages: []Package{{Manager: Dpkg, Name: "dash"}, {Manager: Dpkg, Name: "bash"}},
	}
	works := &Hardened{Ready: true, Page: true, API: true, Write: true}

	f := Variant{Images: []Image{bare}, Hardened: works}.Facts()
	if !f.Static || f.Root || !f.Hardened || len(f.Leftovers)+len(f.Shells)+len(f.Libraries) > 0 ||
		f.Packages[GoModule] != 1 || !slices.Equal(f.Users, []string{"7"}) ||
		!slices.Equal(f.Writable, []Place{{"backend", "/data", "image"}}) {
		t.Errorf("%+v", f)
	}
	f = Variant{Images: []Image{bare, full}, Hardened: &Hardened{Ready: true, Page: true, API: true}}.Facts()
	if f.Static || !f.Root || f.Hardened || f.Packages[Dpkg] != 2 || f.Packages[GoModule] != 1 ||
		!slices.Equal(f.Libraries, []string{"/c", "/z"}) || !slices.Equal(f.Users, []string{"7", "root"}) {
		t.Errorf("%+v", f)
	}
	// The script that an image's interpreter runs is the server; what no interpreter of the image runs is a leftover.
	const leftovers = "[{proxy {source /main.tsx TypeScript 1}} {proxy {node_modules /app/node_modules  1}}]"
	if got := fmt.Sprint(f.Leftovers); got != leftovers {
		t.Errorf("leftovers %s", got)
	}
	if f := (Variant{Images: []Image{full, bare}}).Facts(); f.Static || !f.Root {
		t.Errorf("in the other order: %+v", f)
	}
	full.Entry = bare.Entry
	if f := (Variant{Images: []Image{full}}).Facts(); len(f.Leftovers) != 3 || !f.Static || f.Hardened {
		t.Errorf("%+v", f)
	}
	if f := (Variant{Err: "not built"}).Facts(); f.Static || f.Hardened {
		t.Errorf("of no image: %+v", f)
	}
}
