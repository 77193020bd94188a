package rig_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"spabench/harness/internal/inventory"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/rig/rigtest"
	"spabench/variants"
)

// TestInventory holds that the images contain what they are meant to contain and nothing else, and that each variant
// works hardened.
func TestInventory(t *testing.T) {
	g := rigtest.Open(t)
	var vs []variants.Variant
	for _, v := range variants.All() {
		// With another front end, embedded-go is the same program around other files.
		if v.Kind != variants.Baseline && v.Front == "" {
			vs = append(vs, v)
		}
	}
	report, err := g.Inventory(t.Context(), vs, &rigtest.Told{})
	if err != nil || len(report.Variants) != len(vs) || len(report.Bases) == 0 {
		t.Errorf("%d variants, %d bases: %v", len(report.Variants), len(report.Bases), err)
	}
	rigtest.NothingLeft(t)
	sum := inventory.Size{}
	for i, v := range report.Variants {
		if v.Err != "" || len(v.Images) != len(vs[i].Containers) {
			t.Fatalf("%s: %d images: %s\n%s", v.Name, len(v.Images), v.Err, v.Log)
		}
		if !v.Hardened.Works() {
			t.Errorf("%s hardened: %+v\n%s", v.Name, v.Hardened, v.Hardened.Log)
		}
		weighs(t, g, vs[i], v.Size)
		sum.Unpacked += v.Size.Unpacked
		checkImages(t, v)
		checkServer(t, v)
	}
	if report.Together == nil || report.Together.Unpacked >= sum.Unpacked {
		t.Errorf("together %+v, one by one %d bytes: the layers that several share must count once",
			report.Together, sum.Unpacked)
	}
}

// checkImages holds what all images have in common: nothing but what the server needs.
func checkImages(t *testing.T, v inventory.Variant) {
	t.Helper()
	f := v.Facts()
	if len(f.Leftovers) > 0 || f.Root || !f.Hardened || len(f.Writable) == 0 ||
		f.Packages[inventory.NPM] > 0 || f.Packages[inventory.Apk] > 0 {
		t.Errorf("%s: %+v", v.Name, f)
	}
	static := onScratch(t, v)
	if f.Static != static || (len(f.Libraries) == 0) != static || (len(f.Shells) == 0) != static {
		t.Errorf("%s: static %v, libraries %v, shells %v", v.Name, f.Static, f.Libraries, f.Shells)
	}
	buildTools := []inventory.Kind{
		inventory.Node, inventory.NodeManager, inventory.NodeModules,
		inventory.Compiler, inventory.SourceMap, inventory.Leftover,
	}
	for _, img := range v.Images {
		if img.Has(buildTools...) || len(img.By(inventory.NPM)) > 0 {
			t.Errorf("%s: what the build needs is in the final image: %+v", img.Image, img.Findings)
		}
		if img.Config.Root() || img.Entry.Path == "" || len(img.Entry.Missing) > 0 {
			t.Errorf("%s: user %q, entry %+v", img.Image, img.Config.User, img.Entry)
		}
		for _, f := range img.Of(inventory.Source) {
			if f.What != "Python" && f.What != "shell" {
				t.Errorf("%s: source %+v", img.Image, f)
			}
		}
	}
}

// onScratch reports whether all images of a variant stand on nothing: such a server must be a static program.
func onScratch(t *testing.T, v inventory.Variant) bool {
	t.Helper()
	described, ok := variants.Find(v.Name)
	if !ok {
		t.Fatalf("%s is not in the catalogue", v.Name)
	}
	for _, c := range described.Containers {
		text, err := os.ReadFile("../../../dockerfiles/" + c.Dockerfile + ".Dockerfile")
		if err != nil {
			t.Fatal(err)
		}
		stages := strings.Split(string(text), "\nFROM ")
		base, _, _ := strings.Cut(stages[len(stages)-1], "\n")
		argument := strings.TrimSuffix(strings.TrimPrefix(base, "${"), "}")
		if base != "scratch" && !strings.Contains(string(text), "\nARG "+argument+"=scratch\n") {
			return false
		}
	}
	return true
}

// checkServer holds what the images of a variant contain because of its server.
func checkServer(t *testing.T, v inventory.Variant) {
	t.Helper()
	switch v.Name {
	case "embedded-go", "disk-go":
		bare(t, v.Images[0])
	case "embedded-go-cgo":
		img := v.Images[0]
		b := img.Formed(inventory.Dynamic)
		i := slices.IndexFunc(b, func(b inventory.Binary) bool { return b.Path == "/server" })
		if i < 0 || b[i].Go == nil || !b[i].Go.Cgo || !slices.Contains(b[i].Needs, "libc.so.6") ||
			img.Entry.Loader == "" {
			t.Errorf("%s: entry %+v", img.Image, img.Entry)
		}
	case "nginx-three-container":
		bare(t, v.Images[0]) // the API
		for _, img := range v.Images[1:] {
			if !img.Has(inventory.Shell) || len(img.Formed(inventory.Dynamic)) == 0 ||
				len(img.By(inventory.Dpkg)) == 0 {
				t.Errorf("%s: %+v", img.Image, img)
			}
		}
	case "fastapi", "django", "nginx-fastapi":
		checkPython(t, v.Images[0], strings.TrimPrefix(v.Name, "nginx-"))
	}
}

// checkPython holds what an image contains whose server uses this framework.
func checkPython(t *testing.T, img inventory.Image, framework string) {
	t.Helper()
	if !img.Has(inventory.Interpreter) || !img.Has(inventory.Shell) ||
		!strings.Contains(img.Entry.Interpreter, "/python3") || len(img.Entry.Libraries) == 0 {
		t.Errorf("%s: entry %+v, %+v", img.Image, img.Entry, img.Findings)
	}
	isFramework := func(p inventory.Package) bool { return strings.EqualFold(p.Name, framework) && p.Version != "" }
	if !slices.ContainsFunc(img.By(inventory.Pip), isFramework) {
		t.Errorf("%s: packages %+v", img.Image, img.Packages)
	}
	ofServer := func(f inventory.Finding) bool { return strings.HasPrefix(f.Path, "/app/library/") }
	if !slices.ContainsFunc(img.Of(inventory.Source), ofServer) {
		t.Errorf("%s: sources %+v", img.Image, img.Of(inventory.Source))
	}
}

// weighs holds that the layers of a variant's images add up to its weight, and that each has an instruction.
func weighs(t *testing.T, g rig.Rig, v variants.Variant, want *inventory.Size) {
	t.Helper()
	of, err := g.Layers(t.Context(), v)
	if err != nil || want == nil || of.Size != *want {
		t.Errorf("%s: layers weigh %+v, images %+v: %v", v.Name, of.Size, want, err)
	}
	repeated := 0
	for _, y := range of.Layers {
		if y.Instruction == "" {
			t.Errorf("%s: %+v", v.Name, y)
		}
		if y.Again {
			repeated++
		}
	}
	if len(of.Layers) != of.Size.Layers+repeated || (repeated > 0) != (len(v.Containers) > 1) {
		t.Errorf("%s: %d layers, %d of them repeated, %d counted", v.Name, len(of.Layers), repeated, of.Size.Layers)
	}
}

// bare holds that an image has one static Go program, and nothing that could be started beside it.
func bare(t *testing.T, img inventory.Image) {
	t.Helper()
	b := img.Binaries
	if img.Executables != 1 || len(b) != 1 || b[0].Form != inventory.Static || b[0].Path != "/server" ||
		b[0].Go == nil || b[0].Go.Cgo || !img.Entry.Alone() {
		t.Errorf("%s: %d executables, %+v, entry %+v", img.Image, img.Executables, b, img.Entry)
	}
	if !slices.Equal(img.Writable, []string{"/data"}) {
		t.Errorf("%s: its user may write %v", img.Image, img.Writable)
	}
	if len(img.Findings) > 0 || len(img.Packages) != len(img.By(inventory.GoModule)) {
		t.Errorf("%s: %+v, %+v", img.Image, img.Findings, img.Packages)
	}
	isFiber := func(p inventory.Package) bool { return p.Name == "github.com/gofiber/fiber/v2" && p.Version != "" }
	if !slices.ContainsFunc(img.Packages, isFiber) {
		t.Errorf("%s: modules %+v", img.Image, img.Packages)
	}
}

// TestHardenedNeeds holds that a variant does not work hardened without the folders that it may write to. Most of its
// time is spent waiting.
func TestHardenedNeeds(t *testing.T) {
	g := rigtest.Open(t)
	t.Run("without", func(t *testing.T) {
		for _, v := range variants.All() {
			if v.Front != "" {
				continue
			}
			refs, err := rig.BuildImages(t.Context(), g.Lab, v)
			if err != nil {
				t.Fatal(err)
			}
			for i, c := range v.Containers {
				if c.Data == "" && c.Scratch == "" {
					continue
				}
				without := v
				without.Containers = slices.Clone(v.Containers)
				without.Containers[i].Data, without.Containers[i].Scratch = "", ""
				t.Run(v.Name+"/"+c.Name, func(t *testing.T) {
					t.Parallel()
					if h := g.Hardened(t.Context(), without, refs); h.Works() || h.Err == "" || h.Log == "" {
						t.Errorf("works hardened though %s may write nowhere: %+v", c.Name, h)
					}
				})
			}
		}
	})
	rigtest.NothingLeft(t)
}
