package table

import (
	"strings"
	"testing"

	"spabench/harness/internal/record"
)

func TestLeftoversText(t *testing.T) {
	clean := record.VariantLeftovers{Variant: "one", Files: 6000, Shells: 1}
	npm := record.VariantLeftovers{Variant: "two", Files: 3, Found: []record.Leftover{
		{Container: "app", Kind: "npm", Path: "/usr/bin/npm"},
		{Container: "app", Kind: "compiler", Path: "/usr/bin/cc"},
	}}
	say := func(variants ...record.VariantLeftovers) claimText {
		return leftoversText(record.Observed{Leftovers: &record.LeftoversObserved{
			Kinds: []string{"compiler", "npm"}, Variants: variants}})
	}
	saysOfClaim(t, "clean", say(clean, clean),
		"none of these is among the 12,000 files in the final images of one and one")
	text := say(clean, npm)
	saysOfClaim(t, "npm", text, "two has /usr/bin/npm")
	if len(text.evidence) != 2 || text.evidence[0] != "two, container app: npm /usr/bin/npm." {
		t.Errorf("%q", text.evidence)
	}
	if got := strings.Join(text.sheets[0].rows[1], " "); got != "two 3 1 1 0" {
		t.Errorf("row %q", got)
	}
}

func TestImageSizeText(t *testing.T) {
	o := record.ImageSizesObserved{
		Python: record.SizeRange{Min: 150e6, Max: 200e6}, Go: record.SizeRange{Min: 10e6, Max: 30e6},
		Variants: []record.VariantSize{
			{Variant: "one", Images: 1, Unpacked: 80e6, Compressed: 40e6, Layers: []record.ImageLayer{
				{Base: true, Instruction: strings.Repeat("x", 100)}, {}, {Base: true, Repeated: true}}},
			{Variant: "py", Images: 1, Python: true, Unpacked: 163e6, Compressed: 61e6},
			{Variant: "three", Images: 3, Unpacked: 98e6, Compressed: 40e6},
		},
	}
	text := imageSizeText(record.Observed{ImageSizes: &o})
	saysOfClaim(t, "sizes", text, "unpacked, one is 80.0 MB (40.0 MB to pull), py is 163.0 MB (61.0 MB to pull)")
	for i, words := range []string{
		"between 150 and 200 MB unpacked: yes. Every Go image is between 10 and 30 MB: no.", "pulls 37 to 50% of",
	} {
		if !strings.Contains(text.evidence[i], words) {
			t.Errorf("“%s” does not say “%s”", text.evidence[i], words)
		}
	}
	var origins []string
	for _, row := range text.sheets[1].rows {
		origins = append(origins, row[2])
	}
	if got := strings.Join(origins, " "); got != "base own again" {
		t.Errorf("layers are of %s", got)
	}
}

func TestRuntimeText(t *testing.T) {
	static := record.VariantRuntime{Variant: "one", Images: 1, Static: true, Hardened: true}
	dynamic := record.VariantRuntime{Variant: "two", Images: 1, Libraries: 2, Shells: 4, Hardened: true}
	python := record.VariantRuntime{Variant: "py", Images: 1, Python: true, Interpreter: "/usr/bin/python3.13",
		Shells: 4, Packages: map[string]int{"dpkg": 101, "pip": 1}, Hardened: true}
	say := func(variants ...record.VariantRuntime) claimText {
		return runtimeText(record.Observed{Runtime: &record.RuntimeObserved{Variants: variants}})
	}
	text := say(static, dynamic, python)
	saysOfClaim(t, "all", text, "one: one static file each, no library, no shell; two, though a Go binary, is linked "+
		"with 2 shared libraries; py: 101 system packages, 1 Python package and 4 shells")
	if text.evidence[0] != "Every variant works when hardened." {
		t.Errorf("%q", text.evidence)
	}
	python.Hardened, python.HardenedErr = false, "the page differs."
	text = say(python)
	saysOfClaim(t, "not hardened", text, "py: 101")
	if text.evidence[0] != "py does not work when hardened: the page differs." {
		t.Errorf("%q", text.evidence)
	}
	static.Shells = 1
	if text := say(static); strings.Contains(text.why, "no shell") {
		t.Errorf("“%s”, though there is one", text.why)
	}
}
