package rebuild

import (
	"fmt"
	"strings"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/record"
)

// judgeNpmCi judges by the build's files and the installed packages, and by whether npm ci refuses another lock file.
func judgeNpmCi(s npmSeen) record.Judgement {
	dist, packages := s.parts[0], s.parts[1]
	d := s.disagreement
	sameDist, samePackages := dist.files > 0 && len(dist.differ) == 0, packages.files > 0 && len(packages.differ) == 0
	refuses := d.ciCode != 0
	j := record.Judgement{
		Why: claim.Said(
			claim.Fact{sameDist, fmt.Sprintf("two clean builds gave the same %d files, byte for byte", dist.files),
				fmt.Sprintf("of the %d files of two clean builds, %d differ", dist.files, len(dist.differ))},
			claim.Fact{samePackages, fmt.Sprintf("all %d files that npm ci installed are the same", packages.files),
				fmt.Sprintf("of the %d files that npm ci installed, %d differ", packages.files, len(packages.differ))},
			claim.Fact{refuses, fmt.Sprintf("npm ci refuses a lock file that package.json does not agree with (exit code %d)", d.ciCode),
				"npm ci takes a lock file that package.json does not agree with"},
		),
		Verdict: claim.VerdictOf(sameDist, samePackages, refuses),
		Tables:  []record.Sheet{filesSheet(s.parts), layersSheet(s.layers)},
	}
	if !sameDist {
		j.Verdict = record.Refuted // what is claimed is the build
	}
	differ := 0
	var names []string
	for _, l := range s.layers {
		if l.ids[0] != l.ids[1] {
			differ++
			names = append(names, l.instruction)
		}
	}
	if differ > 0 {
		j.Evidence = append(j.Evidence, fmt.Sprintf("The images are not the same: %d of the %d layers above the base have other digests (%s). "+
			"A layer also holds when each file was last changed, which is another time for %d of the installed files and %d of the build, and what npm leaves beside them. So it is the files that are reproducible, not the image.",
			differ, len(s.layers), strings.Join(names, "; "), packages.times, dist.times))
	} else {
		j.Evidence = append(j.Evidence, fmt.Sprintf("All %d layers above the base are the same.", len(s.layers)))
	}
	for _, p := range s.parts[2:] {
		j.Evidence = append(j.Evidence, fmt.Sprintf("Of %s, %d of %d files differ (%s).", p.name, len(p.differ), p.files, p.kinds()))
	}
	install := fmt.Sprintf("npm install, with the same two files, ended with exit code %d and left %s %s in package-lock.json", d.updateCode, library, d.after)
	if d.after != d.before {
		install += fmt.Sprintf(", where %s had been: it changes the lock file instead", d.before)
	}
	j.Evidence = append(j.Evidence, install+".",
		"Both builds were made on one machine, on one base image, one after the other: what another release of npm or Node.js gives was not tested.")
	j.Transcripts = []record.Transcript{{Title: "A lock file that disagrees", Lines: append(append([]string{
		fmt.Sprintf("# package.json asks for %s %s, package-lock.json has %s", library, d.asked, d.before), "$ npm ci"}, d.ci...),
		fmt.Sprintf("# exit code %d", d.ciCode), "$ npm install", fmt.Sprintf("# exit code %d; package-lock.json has %s %s", d.updateCode, library, d.after))}}
	return j
}

func filesSheet(parts []comparedPart) record.Sheet {
	t := record.Sheet{Name: "files", Title: "Files of two clean builds",
		Doc:  "Every file of both images, compared by its SHA-256, mode and link target; those that are the same may still have other times of their last change.",
		Head: []string{"part", "files", "differ", "same, other time", "which differ"}}
	for _, p := range parts {
		t.Rows = append(t.Rows, []string{p.name, fmt.Sprint(p.files), fmt.Sprint(len(p.differ)), fmt.Sprint(p.times), p.kinds()})
	}
	return t
}

func layersSheet(layers []comparedLayer) record.Sheet {
	t := record.Sheet{Name: "layers", Title: "Layers of two clean builds",
		Doc:  "The layers above the base image, by the first 12 hexadecimal digits of the digest of their archive.",
		Head: []string{"instruction", "first build", "second build", "same"}}
	short := func(id string) string {
		id = strings.TrimPrefix(id, "sha256:")
		return id[:min(12, len(id))]
	}
	for _, l := range layers {
		t.Rows = append(t.Rows, []string{l.instruction, short(l.ids[0]), short(l.ids[1]), claim.YesNo(l.ids[0] == l.ids[1])})
	}
	return t
}
