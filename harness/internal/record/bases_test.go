package record

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func standIn(id string, packages ...string) Base {
	return Base{Name: "GO_IMAGE", Image: "spabench/golang:1.26", ID: id, StandIn: true, Packages: packages}
}

func TestDifferencesOfBases(t *testing.T) {
	official := Base{Name: "GO_IMAGE", Image: "golang:1.26", ID: "sha256:1"}
	rebuilt := official
	rebuilt.ID = "sha256:2"
	renamed := standIn("sha256:2", "go 1.26", "libc6 2.41")
	renamed.Image = "spabench/golang:1.27"
	for _, tc := range []struct {
		name string
		a, b Base
		want []string
	}{
		{
			"the same packages in two builds",
			standIn("sha256:1", "go 1.26", "libc6 2.41"), standIn("sha256:2", "libc6 2.41", "go 1.26"), nil,
		},
		{"the same hash of the packages", standIn("sha256:1", "sha256:aa"), standIn("sha256:2", "sha256:aa"), nil},
		{"one image, packages known of one run", standIn("sha256:1"), standIn("sha256:1", "go 1.26"), nil},
		{
			"another version",
			standIn("sha256:1", "go 1.26", "libc6 2.41"), standIn("sha256:2", "go 1.26", "libc6 2.42", "make 4.4"),
			[]string{"bases.GO_IMAGE.packages: libc6 2.41, then libc6 2.42, make 4.4 " +
				"(the stand-ins hold different packages"},
		},
		{
			"one package more", standIn("sha256:1", "go 1.26"), standIn("sha256:2", "go 1.26", "make 4.4"),
			[]string{"bases.GO_IMAGE.packages: none of these, then make 4.4 ("},
		},
		{
			"packages not known", standIn("sha256:1"), standIn("sha256:2"),
			[]string{"bases.GO_IMAGE.id: sha256:1, then sha256:2 (the runs did not record which packages"},
		},
		{
			"packages not known of the old run", standIn("sha256:1"), standIn("sha256:2", "go 1.26"),
			[]string{"bases.GO_IMAGE.id: sha256:1, then sha256:2 (the first run did not record"},
		},
		{
			"packages not known of the second run", standIn("sha256:1", "go 1.26"), standIn("sha256:2"),
			[]string{"bases.GO_IMAGE.id: sha256:1, then sha256:2 (the second run did not record"},
		},
		{
			"official images are compared by their digests", official, rebuilt,
			[]string{"bases.GO_IMAGE.id: sha256:1, then sha256:2"},
		},
		{
			"a stand-in is not the official image", official, standIn("sha256:1", "go 1.26"),
			[]string{
				"bases.GO_IMAGE.image: golang:1.26, then spabench/golang:1.26",
				"bases.GO_IMAGE.stand_in: false, then true",
			},
		},
		{
			"stand-ins of two images", standIn("sha256:1", "go 1.26", "libc6 2.41"), renamed,
			[]string{
				"bases.GO_IMAGE.id: sha256:1, then sha256:2",
				"bases.GO_IMAGE.image: spabench/golang:1.26, then spabench/golang:1.27",
			},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := Differences(Env{Bases: []Base{tc.a}}, Env{Bases: []Base{tc.b}})
			if len(got) != len(tc.want) {
				t.Fatalf("got %q, want %q", got, tc.want)
			}
			for i, d := range got {
				if !strings.HasPrefix(d.String(), tc.want[i]) {
					t.Errorf("got %q, want %q", d, tc.want[i])
				}
			}
		})
	}
}

// A base of which hundreds of packages differ does not fill the terminal.
func TestDifferencesOfManyPackages(t *testing.T) {
	var packages []string
	for i := range 20 {
		packages = append(packages, fmt.Sprintf("package%02d 1", i))
	}
	a := Env{Bases: []Base{standIn("sha256:1", packages...)}}
	b := Env{Bases: []Base{standIn("sha256:2", "other 1")}}
	got := Differences(a, b)
	if len(got) != 1 || got[0].B != "other 1" ||
		!strings.HasPrefix(got[0].A, "package00 1, ") || !strings.HasSuffix(got[0].A, ", package07 1 and 12 more") {
		t.Errorf("%q", got)
	}
}

// What is left out is left out of the bases, too, and all are in the order of their names.
func TestDifferencesOrder(t *testing.T) {
	a := Env{CPU: "one", Kernel: "old", Bases: []Base{standIn("sha256:1", "go 1.26")}}
	b := Env{CPU: "two", Kernel: "new", Bases: []Base{standIn("sha256:2", "go 1.27")}}
	var names []string
	for _, d := range Differences(a, b) {
		names = append(names, d.Name)
	}
	if want := []string{"bases.GO_IMAGE.packages", "cpu", "kernel"}; !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
	if got := Differences(a, b, "bases", "cpu", "kernel"); len(got) > 0 {
		t.Errorf("%q", got)
	}
}

// The packages are in the record, and old records, which have none, stay as they are.
func TestBasePackagesInRecord(t *testing.T) {
	if text := fmt.Sprint(plain(standIn("sha256:1", "go 1.26"))); !strings.Contains(text, "packages:[go 1.26]") {
		t.Error(text)
	}
	if text := fmt.Sprint(plain(standIn("sha256:1"))); strings.Contains(text, "packages") {
		t.Error(text)
	}
}
