package table

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"spabench/harness/internal/inventory"
)

// Inventory writes what the images of a report contain and how each variant runs hardened, for a terminal of 80
// columns. With paths, it also lists everything that was found by path.
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

// titled is a sheet with the title and the doc above it.
type titled struct {
	Table
	sheet
}

func (t titled) write(b *bytes.Buffer, s style) error {
	s.title(b, t.Table)
	if len(t.rows) > 0 {
		if err := s.wide(b, t.sheet); err != nil {
			return fmt.Errorf("render table %s: %w", t.Name, err)
		}
	}
	s.notes(b, t.notes)
	return nil
}

// sizes has a row for each variant, and one for all of them together.
func sizes(r inventory.Report) titled {
	t := titled{Table: Table{Name: "size", Title: "Size",
		Doc: "Size of a variant's images; layers that several of them share count once. Unpacked: the files of all " +
			"layers. To pull: each layer's archive, compressed with gzip at its default level. Own: unpacked size of " +
			"the layers that are in no base image."},
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
		t.notes = append(t.notes, "All: layers that several variants share also count once.")
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
	fold    bool // a note names what no image has, instead of a column of zeros
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
		out.notes = append(out.notes, fmt.Sprintf("Not in any image: %s.", strings.Join(none, ", ")))
	}
	return out
}

func imageTables() []imageTable {
	return []imageTable{serverTable(), filesTable(), packagesTable(), needlessTable()}
}

// amount is a column of counts.
func amount(head string, of func(inventory.Image) int) imageColumn {
	return imageColumn{head, func(i inventory.Image) string { return thousands(uint64(of(i))) }}
}

// found is a column that counts the findings of a kind.
func found(head string, k inventory.Kind) imageColumn {
	return amount(head, func(i inventory.Image) int { return i.Sum(k) })
}

func serverTable() imageTable {
	return imageTable{
		Table: Table{Name: "server", Title: "What the server needs",
			Doc: "The program that a container of the image starts. It is static if it needs no other file to run; " +
				"otherwise a loader links it with this many shared libraries at each start; a script is run by an " +
				"interpreter. Then the user it runs as, and how many files that user may change; a folder whose " +
				"entire content it may change counts as one."},
		columns: []imageColumn{
			{"starts", func(i inventory.Image) string { return entryKind(i.Entry) }},
			amount("libraries", func(i inventory.Image) int { return len(i.Entry.Libraries) }),
			{"user", func(i inventory.Image) string { return i.Config.RunsAs() }},
			{"may write", mayWrite},
		}}
}

func filesTable() imageTable {
	formed := func(head string, f inventory.Form) imageColumn {
		return amount(head, func(i inventory.Image) int { return len(i.Formed(f)) })
	}
	return imageTable{
		Table: Table{Name: "files", Title: "Files and programs",
			Doc: "Regular files of the final image; of these, static ELF programs, dynamic ones, which a loader " +
				"links with libraries at each start, those libraries (libs), and executable scripts."},
		columns: []imageColumn{
			amount("files", func(i inventory.Image) int { return i.Files }),
			{megabytes.Name, func(i inventory.Image) string { return inMegabytes(i.Bytes) }},
			formed("static", inventory.Static), formed("dynamic", inventory.Dynamic), formed("libs", inventory.Library),
			found("scripts", inventory.Script),
		}}
}

func packagesTable() imageTable {
	packages := imageTable{fold: true, Table: Table{Name: "packages", Title: "Packages",
		Doc: "Packages that the image records as installed, by package manager. go: modules compiled into its " +
			"programs."}}
	for _, m := range inventory.Managers() {
		packages.columns = append(packages.columns,
			amount(string(m), func(i inventory.Image) int { return len(i.By(m)) }))
	}
	return packages
}

func needlessTable() imageTable {
	return imageTable{fold: true,
		Table: Table{Name: "needless", Title: "What a server could do without",
			Doc: "How many of each the image contains. Sources: source files that belong to no package, and so to " +
				"the application; library sources belong to packages."},
		columns: []imageColumn{
			found("shells", inventory.Shell), found("interpreters", inventory.Interpreter),
			found("package managers", inventory.PackageManager), found("compilers", inventory.Compiler),
			found("node", inventory.Node), found("npm", inventory.NodeManager),
			found("node_modules", inventory.NodeModules),
			found("sources", inventory.Source), found("library sources", inventory.LibrarySource),
			found("source maps", inventory.SourceMap), found("leftovers", inventory.Leftover),
			found("setuid", inventory.Setuid), found("world-writable", inventory.WorldWritable),
		}}
}

// entryKind is what the container starts, in one word.
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
