package table

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/record"
)

func rebuildText(o record.Observed) claimText {
	seen := o.Rebuild
	text := claimText{sheets: []claimSheet{editCostSheet(seen.Edits), rebuildControlSheet(seen.Controls)}}
	if text.why = rebuildUntested(*seen); text.why != "" {
		return text
	}
	var counts [3]string // by how many ends an edit should install the dependencies of
	for ends := range counts {
		expected, builds := seen.Counts(ends)
		counts[ends] = fmt.Sprintf("%d of %d", expected, builds)
	}
	text.why = fmt.Sprintf("%s builds after an edit of a source file reinstalled nothing; %s after an edit of a "+
		"manifest reinstalled only the dependencies of that end. What the claim leaves out: %s after an update of the "+
		"base image reinstalled all of them", counts[0], counts[1], counts[2])
	if others := unexpectedlyReinstalled(seen.Edits); len(others) > 0 {
		text.why += ". The others: " + strings.Join(others, "; ")
	}
	for _, e := range seen.Edits {
		if len(e.Builds) > 0 {
			text.evidence = append(text.evidence, costRange(e))
		}
		if names := nothingToPull(e); len(names) > 0 {
			text.evidence = append(text.evidence, fmt.Sprintf("After the %s there is nothing to pull for %s: "+
				"these images contain no base, and what was rebuilt is the same, byte for byte.", e.Name, list(names)))
		}
	}
	text.evidence = append(text.evidence, controlRange(seen.Controls),
		"Each build was made once (n = 1). Its time includes downloads: the dependencies after an edit of a manifest, "+
			"and after a base update.",
		"Stages that variants share are built once per edit, and their time counts for each of the variants.")
	return text
}

// rebuildUntested says why the builds tell nothing, if they do not.
func rebuildUntested(seen record.RebuildObserved) string {
	for _, c := range seen.Controls {
		if !c.Cached() {
			return fmt.Sprintf("the unedited copy of the sources did not come from the layer cache: %s ran %d of %s",
				c.Variant, c.StepsRun, plural(c.Steps, "step"))
		}
		if !c.InstallsBoth() {
			return fmt.Sprintf("no steps were found that install the dependencies of both ends of %s", c.Variant)
		}
	}
	for _, e := range seen.Edits {
		for _, b := range e.Builds {
			if b.StepsRun == 0 {
				return fmt.Sprintf("the %s did not reach %s: none of its steps ran again", e.Name, b.Variant)
			}
		}
	}
	return ""
}

func unexpectedlyReinstalled(edits []record.RebuildEdit) (others []string) {
	for _, e := range edits {
		for _, b := range e.Builds {
			if !e.AsExpected(b) {
				others = append(others, fmt.Sprintf("the %s reinstalled %s in %s", e.Name, reinstalled(b), b.Variant))
			}
		}
	}
	return others
}

func reinstalled(b record.Rebuild) string {
	names := slices.Concat(b.Installed[record.FrontEnd], b.Installed[record.BackEnd])
	return orElse(strings.Join(names, ", "), "nothing")
}

// costRange says which variants the edit costs least and most.
func costRange(e record.RebuildEdit) string {
	byTime := func(a, b record.Rebuild) int { return cmp.Compare(a.StepsTook, b.StepsTook) }
	bySize := func(a, b record.Rebuild) int { return cmp.Compare(a.Pull.Compressed, b.Pull.Compressed) }
	quick, slow := slices.MinFunc(e.Builds, byTime), slices.MaxFunc(e.Builds, byTime)
	small, large := slices.MinFunc(e.Builds, bySize), slices.MaxFunc(e.Builds, bySize)
	return fmt.Sprintf("%s (%s): rebuilt in %s s (%s) to %s s (%s); to pull, %s MB (%s) to %s MB (%s).",
		capital(e.Name), e.What, asSeconds(quick.StepsTook), quick.Variant, asSeconds(slow.StepsTook), slow.Variant,
		pulledMB(small.Pull), small.Variant, pulledMB(large.Pull), large.Variant)
}

// pulledMB shows thousandths: a page of text has a few of them.
func pulledMB(p record.LayerPull) string {
	if p.Layers == 0 {
		return "0"
	}
	return fmt.Sprintf("%.3f", float64(p.Compressed)/1e6)
}

// nothingToPull names the variants that an update of their bases gave no new layer.
func nothingToPull(e record.RebuildEdit) (names []string) {
	for _, b := range e.Builds {
		if e.Bases && b.Pull.Layers == 0 {
			names = append(names, b.Variant)
		}
	}
	return names
}

func controlRange(controls []record.Rebuild) string {
	if len(controls) == 0 {
		return "There was no control."
	}
	byTime := func(a, b record.Rebuild) int { return cmp.Compare(a.Took, b.Took) }
	quick, slow := slices.MinFunc(controls, byTime), slices.MaxFunc(controls, byTime)
	return fmt.Sprintf("Control: the unedited copy ran no step; the engine took %s to %s s to build each variant's "+
		"images from its cache.", asSeconds(quick.Took), asSeconds(slow.Took))
}

func editCostSheet(edits []record.RebuildEdit) claimSheet {
	t := claimSheet{
		title: "Cost of a change",
		doc: "What one edit costs a variant whose images were built before. Steps are the instructions of its " +
			"Dockerfiles; those that did not run again came from the layer cache. s: time of the steps that ran " +
			"again, measured once, downloads included. To pull: layers of the new images that a host with the old " +
			"ones lacks, and their size compressed by gzip; a layer that several containers of a variant share " +
			"counts once.",
		sheet: sheet{head: []string{"edit", "variant", "steps rerun", "dependencies reinstalled", "s",
			"layers to pull", "MB to pull"}},
	}
	for _, e := range edits {
		for _, b := range e.Builds {
			t.rows = append(t.rows, []string{
				e.Name, b.Variant, fmt.Sprintf("%d of %d", b.StepsRun, b.Steps), reinstalled(b), asSeconds(b.StepsTook),
				fmt.Sprintf("%d of %d", b.Pull.Layers, b.Pull.Of), pulledMB(b.Pull),
			})
		}
	}
	return t
}

func rebuildControlSheet(controls []record.Rebuild) claimSheet {
	t := claimSheet{
		title: "Control: no edit",
		doc: "The copy of the sources, built before anything is edited. s: until the engine had answered for all " +
			"images of the variant.",
		sheet: sheet{head: []string{"variant", "steps rerun", "dependencies reinstalled", "s"}},
	}
	for _, c := range controls {
		t.rows = append(t.rows, []string{
			c.Variant, fmt.Sprintf("%d of %d", c.StepsRun, c.Steps), reinstalled(c), asSeconds(c.Took),
		})
	}
	return t
}
