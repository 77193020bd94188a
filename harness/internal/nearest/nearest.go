// Package nearest finds the name that a mistyped one was meant to be.
package nearest

import (
	"fmt"
	"strings"
)

// Suggestion asks whether the nearest candidate was meant, in the form `; did you mean "x"?`, to be put after the name
// that is unknown. It is "" where no candidate is near.
func Suggestion(name string, candidates []string) string {
	if found := Name(name, candidates); found != "" {
		return fmt.Sprintf("; did you mean %q?", found)
	}
	return ""
}

// Name returns the candidate with the smallest distance to name, letter case aside, the first of equals; "" when none
// is near.
func Name(name string, candidates []string) string {
	best, shortest := "", -1
	for _, c := range candidates {
		d, near := compare(strings.ToLower(name), strings.ToLower(c))
		if near && (shortest < 0 || d < shortest) {
			best, shortest = c, d
		}
	}
	return best
}

// partLength is how long a part of a name must be to stand for it: one or two letters occur in many names.
const partLength = 3

// compare returns the distance of a name and a candidate, and whether they are near: a third of the longer one may be
// mistyped, or the name is a part of the candidate.
func compare(name, candidate string) (d int, near bool) {
	d = distance(name, candidate)
	isPart := len(name) >= partLength && strings.Contains(candidate, name)
	return d, isPart || d <= max(len(name), len(candidate))/3
}

// distance is how many bytes are missing, added or wrong in b, where two neighbours that are exchanged count as one
// mistake (the optimal string alignment distance).
func distance(a, b string) int {
	var beforeLast, last []int // the distances of the beginnings of b to shorter beginnings of a
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		beforeLast, last, row = last, row, make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			wrong := 1
			if a[i] == b[j] {
				wrong = 0
			}
			row[j+1] = min(row[j]+1, last[j+1]+1, last[j]+wrong)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], beforeLast[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
