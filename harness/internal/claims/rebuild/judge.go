package rebuild

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/record"
)

// judgeChanges judges by what was installed again for each edit. Controls are the builds without one.
func judgeChanges(controls, changes []change) record.Judgement {
	j := record.Judgement{Tables: []record.Sheet{costSheet(changes), controlSheet(controls)}}
	for _, c := range controls {
		if c.steps > 0 {
			j.Verdict = record.NotTested
			j.Why = fmt.Sprintf("the copy of the sources that was to be edited did not come from the layer cache unedited: %s ran %d of %d steps", c.variant, c.steps, c.of)
			return j
		}
		if len(c.installs[frontEnd]) == 0 || len(c.installs[backEnd]) == 0 {
			j.Verdict = record.NotTested
			j.Why = fmt.Sprintf("no step was found that installs the dependencies of both ends of %s", c.variant)
			return j
		}
	}
	var wrong []string
	var right, builds [3]int // by how many ends an edit should install the dependencies of
	for _, e := range edits() {
		of := changesBy(changes, e.name)
		for _, c := range of {
			if c.steps == 0 {
				j.Verdict, j.Why = record.NotTested, fmt.Sprintf("the %s did not reach %s: none of its steps ran again", e.name, c.variant)
				return j
			}
			builds[len(e.reinstalls)]++
			if c.asWanted(e) {
				right[len(e.reinstalls)]++
			} else {
				wrong = append(wrong, fmt.Sprintf("the %s of %s installed %s", e.name, c.variant, c.installedAgain()))
			}
		}
		if len(of) > 0 {
			j.Evidence = append(j.Evidence, costRange(e, of))
		}
	}
	j.Verdict = claim.VerdictOf(len(wrong) == 0, right != [3]int{})
	j.Why = fmt.Sprintf("%d of %d builds after an edit of a source file installed nothing again; %d of %d after an edit of a manifest installed the dependencies of that end alone. "+
		"What the claim leaves out: %d of %d after the update of a base image installed all of them", right[0], builds[0], right[1], builds[1], right[2], builds[2])
	if len(wrong) > 0 {
		j.Why += ". Otherwise: " + strings.Join(wrong, "; ")
	}
	j.Evidence = append(append(j.Evidence, unchanged(changes)...),
		fmt.Sprintf("Control: unedited copies ran no step; the engine had built each variant's images from its cache within %s to %s s.",
			claim.Seconds(least(controls, func(c change) float64 { return c.built.Seconds() }).built), claim.Seconds(most(controls, func(c change) float64 { return c.built.Seconds() }).built)),
		"Each build was made once (n = 1), and what it downloads is in its time: the dependencies of a manifest edit and of a base update.",
		"Stages that variants have in common are built once for an edit, and their time counts for each of them.")
	return j
}

func changesBy(changes []change, edit string) []change {
	return slices.DeleteFunc(slices.Clone(changes), func(c change) bool { return c.edit != edit })
}

// asWanted reports whether the edit installed again all that it should, and nothing else.
func (c change) asWanted(e edit) bool {
	for _, s := range []side{frontEnd, backEnd} {
		var want []string
		if slices.Contains(e.reinstalls, s) {
			want = c.installs[s]
		}
		if !slices.Equal(want, c.installed[s]) {
			return false
		}
	}
	return true
}

func (c change) installedAgain() string {
	return cmp.Or(strings.Join(slices.Concat(c.installed[frontEnd], c.installed[backEnd]), ", "), "nothing")
}

// costRange says between which variants the cost of an edit lies.
func costRange(e edit, of []change) string {
	took := func(c change) float64 { return c.took.Seconds() }
	bytes := func(c change) float64 { return float64(c.pull.Compressed) }
	quick, slow, small, large := least(of, took), most(of, took), least(of, bytes), most(of, bytes)
	return fmt.Sprintf("%s (%s): built again in %s s (%s) to %s s (%s); to pull, %s MB (%s) to %s MB (%s).",
		claim.Capitalised(e.name), e.what, claim.Seconds(quick.took), quick.variant, claim.Seconds(slow.took), slow.variant,
		pulled(small), small.variant, pulled(large), large.variant)
}

func least(of []change, by func(change) float64) change {
	return slices.MinFunc(of, func(a, b change) int { return cmp.Compare(by(a), by(b)) })
}

func most(of []change, by func(change) float64) change {
	return slices.MaxFunc(of, func(a, b change) int { return cmp.Compare(by(a), by(b)) })
}

// pulled is in megabytes: a page of text is some thousandths of one.
func pulled(c change) string {
	if c.pull.Layers == 0 {
		return "0"
	}
	return fmt.Sprintf("%.3f", float64(c.pull.Compressed)/1e6)
}

// unchanged says which variants an update of their bases gave no new layer.
func unchanged(changes []change) []string {
	var names []string
	for _, e := range edits() {
		for _, c := range changesBy(changes, e.name) {
			if e.bases && c.pull.Layers == 0 {
				names = append(names, c.variant)
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("After the base update nothing is to be pulled for %s: the images stand on no base, and what was built again is the same, byte for byte.", strings.Join(names, ", "))}
}

func costSheet(changes []change) record.Sheet {
	t := record.Sheet{Name: "cost-of-a-change", Title: "Cost of a change",
		Doc: "What one edit costs a variant whose images were built before. Steps are the instructions of its Dockerfiles; those that did not run again came from " +
			"the layer cache. s: time of the steps that ran again, measured once, downloads included. To pull: layers of the new images that a host with the old " +
			"ones lacks, and their size with gzip; a layer that several containers of a variant share counts once.",
		Head: []string{"edit", "variant", "steps run again", "dependencies installed again", "s", "layers to pull", "MB to pull"}}
	for _, c := range changes {
		t.Rows = append(t.Rows, []string{c.edit, c.variant, fmt.Sprintf("%d of %d", c.steps, c.of), c.installedAgain(), claim.Seconds(c.took),
			fmt.Sprintf("%d of %d", c.pull.Layers, c.pull.Of), pulled(c)})
	}
	return t
}

func controlSheet(controls []change) record.Sheet {
	t := record.Sheet{Name: "no-edit", Title: "Control: no edit",
		Doc:  "The copy of the sources, built before anything is edited. s: until the engine had answered for all images of the variant.",
		Head: []string{"variant", "steps run again", "dependencies installed again", "s"}}
	for _, c := range controls {
		t.Rows = append(t.Rows, []string{c.variant, fmt.Sprintf("%d of %d", c.steps, c.of), c.installedAgain(), claim.Seconds(c.built)})
	}
	return t
}
