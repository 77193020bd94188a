package record

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// baseDifferences lists in what the base images of two runs differ.
//
// The id of a stand-in says little: every machine builds its own, and the files in it bear the time at which they were
// made. Two stand-ins for the same image are therefore the same if they hold the same packages in the same versions.
func baseDifferences(a, b []Base) []Difference {
	before, after := basesByName(a), basesByName(b)
	names := maps.Clone(before)
	maps.Copy(names, after)
	var found []Difference
	for _, name := range slices.Sorted(maps.Keys(names)) {
		x, inA := before[name]
		y, inB := after[name]
		if inA && inB {
			found = append(found, baseDifference(x, y)...)
			continue
		}
		found = append(found, leafDifferences("bases."+name, onlyIf(inA, x), onlyIf(inB, y))...)
	}
	return found
}

func basesByName(bases []Base) map[string]Base {
	byName := map[string]Base{}
	for _, b := range bases {
		byName[b.Name] = b
	}
	return byName
}

// onlyIf is the base as plain data, without its packages, or nothing where the run has none of that name.
func onlyIf(has bool, b Base) any {
	if !has {
		return map[string]any{}
	}
	b.Packages = nil
	return plain(b)
}

// baseDifference compares two bases of one name.
func baseDifference(a, b Base) []Difference {
	path := "bases." + a.Name
	standIns := a.StandIn && b.StandIn && a.Image == b.Image
	if !standIns || a.ID == b.ID {
		return leafDifferences(path, onlyIf(true, a), onlyIf(true, b))
	}
	if len(a.Packages) == 0 || len(b.Packages) == 0 {
		return []Difference{{
			Name: path + ".id", A: a.ID, B: b.ID,
			Note: fmt.Sprintf("%s did not record which packages are in this stand-in, so only image IDs can be "+
				"compared, and these differ on every machine", missing(a, b)),
		}}
	}
	gone, came := without(a.Packages, b.Packages), without(b.Packages, a.Packages)
	if len(gone) == 0 && len(came) == 0 {
		return nil
	}
	return []Difference{{
		Name: path + ".packages", A: abridged(gone), B: abridged(came),
		Note: "the stand-ins hold different packages, so image sizes and speed may differ for that reason alone",
	}}
}

// missing names the run, or runs, whose record lacks the list of packages.
func missing(a, b Base) string {
	switch {
	case len(a.Packages) > 0:
		return "the second run"
	case len(b.Packages) > 0:
		return "the first run"
	}
	return "the runs"
}

// without returns the sorted packages of a that b lacks.
func without(a, b []string) []string {
	rest := slices.DeleteFunc(slices.Clone(a), func(p string) bool { return slices.Contains(b, p) })
	return slices.Sorted(slices.Values(rest))
}

// packagesShown is how many packages a message lists before it only counts the others.
const packagesShown = 8

func abridged(packages []string) string {
	shown := packages[:min(len(packages), packagesShown)]
	text := strings.Join(shown, ", ")
	if more := len(packages) - len(shown); more > 0 {
		text = fmt.Sprintf("%s and %d more", text, more)
	}
	return cmp.Or(text, "none of these")
}
