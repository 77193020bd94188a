package table

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"spabench/harness/internal/inventory"
)

// inventoryFixture is made up: an image with next to nothing, one with much, and a variant that was not built.
func inventoryFixture() inventory.Report {
	bare := inventory.Image{
		Container: "app", Image: "spabench/embedded-go:latest", Files: 2, Bytes: 10_900_000, Executables: 1,
		Writable: []string{"/data"},
		Config:   inventory.Config{User: "65532:65532", Entrypoint: []string{"/server"}},
		Entry:    inventory.Entry{Command: []string{"/server"}, Path: "/server", Form: inventory.Static},
		Binaries: []inventory.Binary{
			{Path: "/server", Form: inventory.Static, Go: &inventory.GoBuild{Version: "go1.26.8"}},
		},
		Packages: []inventory.Package{
			{Manager: inventory.GoModule, Name: "github.com/gofiber/fiber/v2", Version: "v2.52.15"},
		},
	}
	full := inventory.Image{
		Container: "proxy", Image: "spabench/nginx-three-container.proxy:latest", Files: 3456, Bytes: 98_700_000,
		Writable: []string{"/"},
		Config:   inventory.Config{Command: []string{"sh", "/start.sh"}},
		Entry: inventory.Entry{Command: []string{"sh", "/start.sh"}, Path: "/usr/bin/dash", Form: inventory.Dynamic,
			Interpreter: "/usr/bin/dash", Loader: "/usr/lib/ld.so", Libraries: []string{"/usr/lib/libc.so.6"}},
		Binaries: []inventory.Binary{
			{Path: "/usr/bin/dash", Form: inventory.Dynamic}, {Path: "/usr/lib/libc.so.6", Form: inventory.Library},
		},
		Findings: []inventory.Finding{
			{Kind: inventory.Shell, Path: "/usr/bin/dash", Files: 1},
			{Kind: inventory.Shell, Path: "/usr/bin/sh", What: "link to /usr/bin/dash", Files: 1},
			{Kind: inventory.Source, Path: "/start.sh", What: "shell", Files: 1},
			{Kind: inventory.LibrarySource, Path: "/usr/lib/python3",
				What: "Python of dpkg python3-minimal", Files: 1234},
		},
	}
	for i := range 20 {
		full.Packages = append(full.Packages,
			inventory.Package{Manager: inventory.Dpkg, Name: fmt.Sprintf("package%d", i), Version: "1.2-3"})
	}
	other := bare
	other.Container = "backend"
	return inventory.Report{
		Together: &inventory.Size{Unpacked: 120_000_000, Compressed: 45_200_000, Own: 21_800_000, Layers: 9},
		Bases:    []inventory.Base{{Name: "NGINX_IMAGE", Image: "spabench/nginx:1.26", StandIn: true}},
		Variants: []inventory.Variant{
			{
				Name:   "embedded-go",
				Size:   &inventory.Size{Unpacked: 10_900_000, Compressed: 5_080_000, Own: 10_900_000, Layers: 2},
				Images: []inventory.Image{bare},
				Hardened: &inventory.Hardened{
					With: "--read-only", Ready: true, Page: true, API: true, Write: true,
					Writable: []inventory.Place{{Container: "app", Path: "/data", On: "volume"}},
				},
			},
			{Name: "nginx-three-container", Images: []inventory.Image{other, full}, Hardened: &inventory.Hardened{
				With: "--read-only", Page: true, Err: "not ready within 30s:\nno answer",
				Writable: []inventory.Place{{Container: "proxy", Path: "/tmp", On: "tmpfs"}},
			}},
			{Name: "fastapi", Err: "build fastapi: no such file"},
		},
	}
}

func TestInventory(t *testing.T) {
	var whole, short, page bytes.Buffer
	r := inventoryFixture()
	for _, err := range []error{
		Inventory(&whole, r, true), Inventory(&short, r, false), InventoryMarkdown(&page, r, true),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	fits(t, whole.String())
	for _, want := range []string{
		"/usr/bin/sh (link to", "and 8 more", "build fastapi: no such file", "a static program",
		"/usr/lib/python3: 1,234 files", "Not in any image: apk, pip, npm.", "not ready within 30s: no answer",
	} {
		text := strings.Join(strings.Fields(whole.String()), " ")
		if !strings.Contains(text, want) {
			t.Errorf("does not say %q", want)
		}
	}
	if strings.Contains(short.String(), "/usr/bin/sh") || !strings.Contains(short.String(), "HARDENED") {
		t.Errorf("without paths:\n%s", short.String())
	}
	golden(t, "inventory.txt", whole.String())
	golden(t, "inventory.md", page.String())
}

// A report in which nothing was built says why, in the same tables.
func TestInventoryOfNothing(t *testing.T) {
	var b bytes.Buffer
	notBuilt := inventory.Variant{Name: "fastapi", Err: "build fastapi: no such file"}
	err := Inventory(&b, inventory.Report{Variants: []inventory.Variant{notBuilt}}, true)
	if err != nil || !strings.Contains(b.String(), "fastapi: build fastapi: no such file") {
		t.Errorf("%v\n%s", err, b.String())
	}
	fits(t, b.String())
}

func TestLayers(t *testing.T) {
	of := inventory.Layers{Variant: "nginx-three-container", Layers: []inventory.Layer{
		{Container: "frontend", ID: "1", Unpacked: 79_500_000, Compressed: 31_800_000, Base: true},
		{Container: "frontend", ID: "2", Unpacked: 785_000, Compressed: 552_000, Instruction: "COPY dir in /srv/dist"},
		{Container: "proxy", ID: "1", Unpacked: 79_500_000, Compressed: 31_800_000, Base: true},
		{Container: "proxy", ID: "3", Unpacked: 534, Compressed: 411,
			Instruction: "RUN apt-get update -qq && apt-get install -y -qq | sh"},
	}}
	of.Size = inventory.Weigh(of.Layers)
	var text, page bytes.Buffer
	for _, err := range []error{Layers(&text, []inventory.Layers{of}), LayersMarkdown(&page, []inventory.Layers{of})} {
		if err != nil {
			t.Fatal(err)
		}
	}
	fits(t, text.String())
	if !strings.Contains(page.String(), "apt-get install -y -qq") {
		t.Errorf("an instruction is cut on a page:\n%s", page.String())
	}
	golden(t, "layers.txt", text.String())
	golden(t, "layers.md", page.String())
}

// fits holds that text has no line that is wider than the terminal.
func fits(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if utf8.RuneCountInString(strings.TrimRight(line, "\n")) > width {
			t.Errorf("wider than the terminal: %s", line)
		}
	}
}
