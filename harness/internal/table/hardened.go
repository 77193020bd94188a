package table

import (
	"fmt"
	"strings"

	"spabench/harness/internal/inventory"
)

var inOneLine = strings.NewReplacer(":\n", ": ", "\n", "; ")

// hardened has a row for each variant: what worked when the variant ran without every privilege that it can do without.
func hardened(r inventory.Report) titled {
	t := titled{sheet: sheet{head: []string{"variant", "ready", "page", "API", "write", "can write to"}}}
	with := ""
	for _, v := range r.Variants {
		h := v.Hardened
		if h == nil {
			t.rows = append(t.rows, []string{v.Name, missing, missing, missing, missing, missing})
			continue
		}
		with = h.With
		row := []string{v.Name}
		for _, done := range []bool{h.Ready, h.Page, h.API, h.Write} {
			row = append(row, map[bool]string{true: "yes", false: "no"}[done])
		}
		kinds := map[string]int{}
		var places []string
		for _, p := range h.Writable {
			kinds[p.On]++
			places = append(places, fmt.Sprintf("%s of %s (%s)", p.Path, p.Container, p.On))
		}
		var counts []string
		for _, on := range []string{"volume", "tmpfs"} {
			if n := kinds[on]; n > 0 {
				counts = append(counts, fmt.Sprintf("%d %s", n, on))
			}
		}
		t.rows = append(t.rows, append(row, orElse(strings.Join(counts, ", "), "nothing")))
		t.notes = append(t.notes, fmt.Sprintf("%s can write to %s.", v.Name, orElse(list(places), "nothing")))
		if h.Err != "" {
			t.notes = append(t.notes, fmt.Sprintf("%s: %s", v.Name, inOneLine.Replace(h.Err)))
		}
	}
	t.Table = Table{Name: "hardened", Title: "Hardened",
		Doc: "Each variant was started once with " + orElse(with, "nothing that it can do without") + " on every " +
			"container. Where it does not work without writing, it got a tmpfs or, for its data, a volume. Write: a " +
			"book was added, and was there when it was requested."}
	return t
}
