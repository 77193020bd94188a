package claims

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/inventory"
	"spabench/harness/internal/record"
)

// inventories looks into the images of all strategies.
func inventories(ctx context.Context, b *claim.Bench) ([]inventory.Variant, error) {
	var all []inventory.Variant
	for _, v := range b.Strategies() {
		of, err := b.Inventory(ctx, v)
		if err != nil {
			return nil, fmt.Errorf("look into %s: %w", v.Name, err)
		}
		all = append(all, of)
	}
	return all, nil
}

func leftoversClaim() claim.Claim {
	return claim.Claim{
		ID:    "no-build-tools",
		Words: "No Node.js, npm, node_modules, sources or compilers are in the final image.",
		Test:  "Read every file of the final file system of each variant's images, and look for programs, folders and sources of these kinds",
		Run: func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
			all, err := inventories(ctx, b)
			if err != nil {
				return record.Judgement{}, err
			}
			return judgeLeftovers(all), nil
		},
	}
}

// leftoverKinds are the columns of what a build needs and a server does not.
func leftoverKinds() []inventory.Kind { return append(inventory.BuildKinds(), inventory.Source) }

func judgeLeftovers(all []inventory.Variant) record.Judgement {
	t := record.Sheet{Name: "leftovers", Title: "What only a build needs", Doc: "Findings in the final images, of all containers of a variant together. A Python server's own sources are what its interpreter runs, and are not counted; nor are those that a package brought.",
		Head: []string{"variant", "files"}}
	for _, k := range leftoverKinds() {
		t.Head = append(t.Head, string(k))
	}
	t.Head = append(t.Head, "shells")
	j := record.Judgement{}
	var clean, parts []string
	files := 0
	for _, v := range all {
		facts := v.Facts()
		n := 0
		for _, img := range v.Images {
			n += img.Files
		}
		files += n
		row := []string{v.Name, fmt.Sprint(n)}
		for _, k := range leftoverKinds() {
			found := slices.DeleteFunc(slices.Clone(facts.Leftovers), func(l inventory.Located) bool { return l.Kind != k })
			row = append(row, fmt.Sprint(len(found)))
		}
		t.Rows = append(t.Rows, append(row, fmt.Sprint(len(facts.Shells))))
		if len(facts.Leftovers) == 0 {
			clean = append(clean, v.Name)
			continue
		}
		parts = append(parts, fmt.Sprintf("%s has %s", v.Name, facts.Leftovers[0].Path))
		for _, l := range facts.Leftovers {
			j.Evidence = append(j.Evidence, fmt.Sprintf("%s, container %s: %s %s.", v.Name, l.Container, l.Kind, l.Path))
		}
	}
	j.Tables = []record.Sheet{t}
	j.Verdict = claim.VerdictOf(len(parts) == 0)
	if len(clean) > 0 && len(parts) > 0 {
		j.Verdict = record.Partly
	}
	j.Why = fmt.Sprintf("none of it is among the %d files of the final images of %s", files, strings.Join(clean, ", "))
	if len(parts) > 0 {
		j.Why = strings.Join(parts, "; ")
	}
	return j
}

func imageSizeClaim() claim.Claim {
	return claim.Claim{
		ID:    "image-size",
		Words: "A Python image has about 150 to 200 MB, a Go image about 20 MB.",
		Test:  "Weigh the layers of each variant's images, shared ones once: unpacked, compressed as a pull transfers them, and the part that no base image has",
		Run: func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
			all, err := inventories(ctx, b)
			if err != nil {
				return record.Judgement{}, err
			}
			var layers []inventory.Layers
			for _, v := range b.Strategies() {
				of, err := b.Layers(ctx, v)
				if err != nil {
					return record.Judgement{}, err
				}
				layers = append(layers, of)
			}
			return judgeSizes(all, layers), nil
		},
	}
}

// The article's numbers, in bytes: what it calls about 20 MB is taken as half of it to half more.
const (
	pythonLeast, pythonMost = 150e6, 200e6
	goLeast, goMost         = 10e6, 30e6
)

func judgeSizes(all []inventory.Variant, layers []inventory.Layers) record.Judgement {
	t := record.Sheet{Name: "image-size", Title: "Sizes", Doc: "Unpacked: the files of all layers. To pull: each layer's archive, compressed by gzip at its default level. Own: unpacked, in layers that no base image has. Application: own layers, to pull. A layer that several containers of a variant have is counted once.",
		Head: []string{"variant", "images", "layers", "unpacked, MB", "to pull, MB", "own, MB", "application, MB to pull"}}
	python, compiled := true, true
	var words []string
	var pulled []float64 // parts of what is unpacked
	for i, v := range all {
		own := int64(0)
		for _, y := range layers[i].Layers {
			if !y.Base && !y.Again {
				own += y.Compressed
			}
		}
		t.Rows = append(t.Rows, []string{v.Name, fmt.Sprint(len(v.Images)), fmt.Sprint(v.Size.Layers),
			claim.Megabytes(v.Size.Unpacked), claim.Megabytes(v.Size.Compressed), claim.Megabytes(v.Size.Own), claim.Megabytes(own)})
		size := float64(v.Size.Unpacked)
		pulled = append(pulled, float64(v.Size.Compressed)/size)
		switch {
		case len(v.Images) != 1: // the article speaks of one image
			continue
		case interpreted(v):
			python = python && size >= pythonLeast && size <= pythonMost
		default:
			compiled = compiled && size >= goLeast && size <= goMost
		}
		words = append(words, fmt.Sprintf("%s %s MB (%s to pull)", v.Name, claim.Megabytes(v.Size.Unpacked), claim.Megabytes(v.Size.Compressed)))
	}
	return record.Judgement{Verdict: claim.VerdictOf(python, compiled), Why: "unpacked, " + strings.Join(words, ", "),
		Evidence: []string{
			fmt.Sprintf("Python images between 150 and 200 MB unpacked: %s. Go images between 10 and 30 MB: %s.", claim.YesNo(python), claim.YesNo(compiled)),
			fmt.Sprintf("What a host pulls is %.0f to %.0f%% of what it unpacks, and a base that other images share is pulled once.", 100*slices.Min(pulled), 100*slices.Max(pulled)),
		},
		Tables: []record.Sheet{t, layerSheet(layers)}}
}

// interpreted reports whether a container of the variant runs its program by an interpreter that is no shell.
func interpreted(v inventory.Variant) bool {
	return slices.ContainsFunc(v.Images, func(i inventory.Image) bool { return strings.Contains(i.Entry.Interpreter, "python") })
}

func layerSheet(all []inventory.Layers) record.Sheet {
	t := record.Sheet{Name: "layers", Title: "Layers", Doc: "The lowest first. Of: base, if a base image has the layer; own, if none has; again, if a container of the variant above has it, and then it is not counted a second time.",
		Head: []string{"variant", "container", "of", "unpacked, MB", "to pull, MB", "instruction"}}
	for _, of := range all {
		for _, y := range of.Layers {
			kind := "own"
			switch {
			case y.Again:
				kind = "again"
			case y.Base:
				kind = "base"
			}
			instruction := y.Instruction
			if instruction == "" {
				instruction = "–"
			}
			t.Rows = append(t.Rows, []string{of.Variant, y.Container, kind, claim.Megabytes(y.Unpacked), claim.Megabytes(y.Compressed), shorten(instruction, 90)})
		}
	}
	return t
}

func runtimeClaim() claim.Claim {
	return claim.Claim{
		ID:    "runtime-dependencies",
		Words: "A Python image needs an interpreter and its packages at run time; a Go binary needs nothing.",
		Test:  "Read what each container starts and what that is linked with, which packages the images have, and who may write where; then start each variant with a read-only file system, no capability and no new privileges, and ask for the page, the API, and a write",
		Run: func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
			all, err := inventories(ctx, b)
			if err != nil {
				return record.Judgement{}, err
			}
			return judgeRuntime(all), nil
		},
	}
}

func judgeRuntime(all []inventory.Variant) record.Judgement {
	t := record.Sheet{Name: "runtime", Title: "What runs, and what it needs", Doc: "Of all containers of a variant together. Static: every container starts a program that needs no other file. Libraries: shared ones that the programs are linked with at their start. Hardened: page, API and a write work with --read-only --cap-drop ALL --security-opt no-new-privileges, a volume for the data, and a tmpfs where the server needs one.",
		Head: []string{"variant", "static", "interpreter", "libraries", "dpkg", "pip", "Go modules", "npm", "shells", "user", "writable", "hardened"}}
	bare, needy := true, true
	var alone, others []string
	for _, v := range all {
		f := v.Facts()
		interpreter := "none"
		for _, img := range v.Images {
			if img.Entry.Interpreter != "" {
				interpreter = img.Entry.Interpreter
			}
		}
		users := slices.Compact(slices.Clone(f.Users))
		t.Rows = append(t.Rows, []string{v.Name, claim.YesNo(f.Static), interpreter, fmt.Sprint(len(f.Libraries)),
			fmt.Sprint(f.Packages[inventory.Dpkg]), fmt.Sprint(f.Packages[inventory.Pip]), fmt.Sprint(f.Packages[inventory.GoModule]), fmt.Sprint(f.Packages[inventory.NPM]),
			fmt.Sprint(len(f.Shells)), strings.Join(users, ", "), writable(f), claim.YesNo(f.Hardened)})
		switch {
		case interpreted(v):
			needy = needy && f.Packages[inventory.Pip] > 0
			others = append(others, fmt.Sprintf("%s: %d system and %d Python packages, %d shells", v.Name, f.Packages[inventory.Dpkg], f.Packages[inventory.Pip], len(f.Shells)))
		case len(v.Images) == 1:
			bare = bare && f.Static && len(f.Libraries) == 0
			if f.Static {
				alone = append(alone, v.Name)
			} else {
				others = append(others, fmt.Sprintf("%s, though a Go binary, is linked with %d shared libraries", v.Name, len(f.Libraries)))
			}
		}
	}
	j := record.Judgement{Verdict: claim.VerdictOf(bare, needy), Tables: []record.Sheet{t},
		Why: fmt.Sprintf("%s: one static file each, no library, no shell; %s", strings.Join(alone, ", "), strings.Join(others, "; "))}
	if !slices.ContainsFunc(all, func(v inventory.Variant) bool { return !v.Hardened.Works() }) {
		j.Evidence = append(j.Evidence, "Every variant works hardened.")
	}
	for _, v := range all {
		if !v.Hardened.Works() {
			j.Evidence = append(j.Evidence, fmt.Sprintf("%s does not work hardened: %s.", v.Name, v.Hardened.Err))
		}
	}
	return j
}

func writable(f inventory.Facts) string {
	if len(f.Writable) == 0 {
		return "nothing"
	}
	var paths []string
	for _, p := range f.Writable {
		if !slices.Contains(paths, p.Path) {
			paths = append(paths, p.Path)
		}
	}
	return strings.Join(paths, ", ")
}

// shorten cuts text to n characters.
func shorten(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return strings.TrimRight(string(r[:n-1]), " ") + "…"
	}
	return text
}
