package table

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"spabench/harness/internal/inventory"
)

// Inventory writes what stands in the images of a report and how each variant runs hardened, for a terminal of 80
// columns; with paths, everything that was found by its path, too.
func Inventory(w io.Writer, r inventory.Report, paths bool) error {
	return renderInventory(w, r, paths, textStyle{})
}

// InventoryMarkdown writes the same for a page.
func InventoryMarkdown(w io.Writer, r inventory.Report, paths bool) error {
	return renderInventory(w, r, paths, markdownStyle{heading: "##"})
}

func renderInventory(w io.Writer, r inventory.Report, paths bool, s style) error {
	var b bytes.Buffer
	tables := []titled{sizes(r)}
	for _, t := range imageTables() {
		tables = append(tables, t.titled(r))
	}
	for _, t := range append(tables, hardened(r)) {
		if err := t.write(&b, s); err != nil {
			return err
		}
	}
	for _, v := range r.Variants {
		for _, img := range v.Images {
			if paths {
				s.facts(&b, imageName(v, img), imageFacts(img))
			}
		}
	}
	s.facts(&b, "How to read", inventoryLegend(r))
	_, err := w.Write(append(bytes.TrimRight(b.Bytes(), "\n"), '\n'))
	return err
}

// titled is a sheet with what stands above it.
type titled struct {
	Table
	sheet
}

func (t titled) write(b *bytes.Buffer, s style) error {
	s.title(b, t.Table)
	if len(t.rows) > 0 {
		if err := s.wide(b, t.sheet); err != nil {
			return fmt.Errorf("draw table %s: %w", t.Name, err)
		}
	}
	s.notes(b, t.notes)
	return nil
}

// sizes has a row for each variant, and one for all.
func sizes(r inventory.Report) titled {
	t := titled{Table: Table{Name: "size", Title: "Size",
		Doc: "What the images of a variant weigh, a layer that several of them have being counted once. Unpacked: the files of all layers. " +
			"To pull: each layer's archive, compressed by gzip at its default level. Own: unpacked, in layers that no base image has."},
		sheet: sheet{head: []string{"variant", "unpacked, MB", "to pull, MB", "own, MB", "layers"}}}
	add := func(name string, s *inventory.Size) {
		t.rows = append(t.rows, append([]string{name}, sizeCells(s)...))
	}
	for _, v := range r.Variants {
		add(v.Name, v.Size)
		if v.Err != "" {
			t.notes = append(t.notes, fmt.Sprintf("%s: %s", v.Name, firstLine(v.Err)))
		}
	}
	if len(r.Variants) > 1 && r.Together != nil {
		add("all", r.Together)
		t.notes = append(t.notes, "All: a layer that several variants have is counted once, too.")
	}
	return t
}

// sizeCells are the four numbers.
func sizeCells(s *inventory.Size) []string {
	if s == nil {
		return []string{missing, missing, missing, missing}
	}
	return []string{inMegabytes(s.Unpacked), inMegabytes(s.Compressed), inMegabytes(s.Own), fmt.Sprint(s.Layers)}
}

func inMegabytes(n int64) string { return number(float64(n) / megabytes.Per) }

// imageName is the variant's name, with the container's where it has several.
func imageName(v inventory.Variant, img inventory.Image) string {
	if len(v.Images) == 1 {
		return v.Name
	}
	return v.Name + " " + img.Container
}

// imageTable is a table with a row for each image.
type imageTable struct {
	Table
	columns []imageColumn
	fold    bool // name what no image has in a note, instead of a column of zeros
}

type imageColumn struct {
	head string
	of   func(inventory.Image) string
}

func (t imageTable) titled(r inventory.Report) titled {
	columns := [][]string{{"image"}}
	for _, v := range r.Variants {
		for _, img := range v.Images {
			columns[0] = append(columns[0], imageName(v, img))
		}
	}
	out := titled{Table: t.Table}
	if len(columns[0]) == 1 {
		return out
	}
	var none []string
	for _, c := range t.columns {
		cells := []string{c.head}
		for _, v := range r.Variants {
			for _, img := range v.Images {
				cells = append(cells, c.of(img))
			}
		}
		if t.fold && !slices.ContainsFunc(cells[1:], func(s string) bool { return s != "0" }) {
			none = append(none, c.head)
			continue
		}
		columns = append(columns, cells)
	}
	if len(columns) > 1 {
		out.sheet = transpose(columns)
	}
	if len(none) > 0 {
		out.notes = append(out.notes, fmt.Sprintf("No image has: %s.", strings.Join(none, ", ")))
	}
	return out
}

func imageTables() []imageTable {
	amount := func(head string, of func(inventory.Image) int) imageColumn {
		return imageColumn{head, func(i inventory.Image) string { return thousands(uint64(of(i))) }}
	}
	formed := func(head string, f inventory.Form) imageColumn {
		return amount(head, func(i inventory.Image) int { return len(i.Formed(f)) })
	}
	found := func(head string, k inventory.Kind) imageColumn {
		return amount(head, func(i inventory.Image) int { return i.Sum(k) })
	}
	packages := imageTable{fold: true, Table: Table{Name: "packages", Title: "Packages",
		Doc: "What is recorded in the image as installed, by manager. go: modules that are compiled into its programs."}}
	for _, m := range inventory.Managers() {
		packages.columns = append(packages.columns, amount(string(m), func(i inventory.Image) int { return len(i.By(m)) }))
	}
	return []imageTable{
		{Table: Table{Name: "server", Title: "What the server needs",
			Doc: "The program that a container of the image starts: static if no other file is needed to run it, else a loader links it with so many " +
				"shared libraries at each start; a script is run by an interpreter. Whom it runs as, and how many files, or folders with all in them, " +
				"that user may change."},
			columns: []imageColumn{
				{"starts", func(i inventory.Image) string { return entryKind(i.Entry) }},
				amount("libraries", func(i inventory.Image) int { return len(i.Entry.Libraries) }),
				{"user", func(i inventory.Image) string { return i.Config.RunsAs() }},
				{"may write", mayWrite},
			}},
		{Table: Table{Name: "files", Title: "Files and programs",
			Doc: "Regular files of the final image; ELF programs that are static, those that a loader links with libraries at each start, the libraries (libs), " +
				"and scripts that may be executed."},
			columns: []imageColumn{
				amount("files", func(i inventory.Image) int { return i.Files }),
				{megabytes.Name, func(i inventory.Image) string { return inMegabytes(i.Bytes) }},
				formed("static", inventory.Static), formed("dynamic", inventory.Dynamic), formed("libs", inventory.Library),
				found("scripts", inventory.Script),
			}},
		packages,
		{fold: true, Table: Table{Name: "needless", Title: "What a server could do without",
			Doc: "How many of each the image has. Sources: files that no package brought, so the application's own; library sources are packages'."},
			columns: []imageColumn{
				found("shells", inventory.Shell), found("interpreters", inventory.Interpreter), found("package managers", inventory.PackageManager),
				found("compilers", inventory.Compiler), found("node", inventory.Node), found("npm", inventory.NodeManager),
				found("node_modules", inventory.NodeModules), found("sources", inventory.Source), found("library sources", inventory.LibrarySource),
				found("source maps", inventory.SourceMap), found("leftovers", inventory.Leftover), found("setuid", inventory.Setuid),
				found("world-writable", inventory.WorldWritable),
			}},
	}
}

// entryKind is what is started, in a word or two.
func entryKind(e inventory.Entry) string {
	switch {
	case e.Path == "":
		return missing
	case e.Form == "":
		return "script"
	case e.Alone():
		return "static"
	case e.Interpreter != "":
		return "interpreter"
	}
	return string(e.Form)
}

func mayWrite(i inventory.Image) string {
	if slices.Equal(i.Writable, []string{"/"}) {
		return "all"
	}
	return fmt.Sprint(len(i.Writable))
}
