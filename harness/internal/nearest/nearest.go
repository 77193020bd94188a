// Package nearest finds the name that a mistyped one was meant to be.
package nearest

import "strings"

// Name returns the candidate with the smallest Levenshtein distance to name, letter case aside, the first of equals;
// "" when there are none.
func Name(name string, candidates []string) string {
	best, shortest := "", -1
	for _, c := range candidates {
		if d := distance(strings.ToLower(name), strings.ToLower(c)); shortest < 0 || d < shortest {
			best, shortest = c, d
		}
	}
	return best
}

// distance is the Levenshtein distance in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next := min(row[j]+1, row[j+1]+1, diagonal+cost)
			diagonal, row[j+1] = row[j+1], next
		}
	}
	return row[len(b)]
}
