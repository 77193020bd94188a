package table

import (
	"fmt"
	"slices"

	"spabench/harness/internal/record"
)

// connections is the table of how many connections the generator opened. Runs before schema 4 did not count them.
const connections = "connections"

// opened is how many connections an arm had under a load: the most of any round.
type opened struct {
	arm, load           string
	connections, atOnce int
}

// openedUnder are the connections of every arm under every load that they were counted under.
func openedUnder(run record.Run) []opened {
	var all []opened
	for _, l := range run.Loads() {
		for _, arm := range run.Plan.Variants {
			n := opened{arm: arm, load: l.Name}
			for _, t := range run.Counted() {
				if seen, ok := loaded(t, l.Name); ok && t.Variant == arm {
					n.connections, n.atOnce = max(n.connections, seen.Opened), max(n.atOnce, seen.MostOpen)
				}
			}
			if n.connections > 0 {
				all = append(all, n)
			}
		}
	}
	return all
}

// connectionsSheet has a row for each arm and a column for each load.
func connectionsSheet(run record.Run) sheet {
	all := openedUnder(run)
	of := func(arm, load string) string {
		i := slices.IndexFunc(all, func(n opened) bool { return n.arm == arm && n.load == load })
		if i < 0 {
			return missing
		}
		return fmt.Sprintf("%s / %s", thousands(uint64(all[i].connections)), thousands(uint64(all[i].atOnce)))
	}
	columns := [][]string{append([]string{"variant"}, run.Plan.Variants...)}
	for _, l := range run.Loads() {
		if !slices.ContainsFunc(all, func(n opened) bool { return n.load == l.Name }) {
			continue
		}
		cells := []string{l.Name}
		for _, arm := range run.Plan.Variants {
			cells = append(cells, of(arm, l.Name))
		}
		columns = append(columns, cells)
	}
	s := transpose(columns)
	s.notes = keptAlive(run.Loads())
	return s
}

// keptAlive says of all loads how many connections they keep, and how many they may open.
func keptAlive(loads []record.Load) []string {
	var said []string
	names := map[string][]string{}
	for _, l := range loads {
		text := connectionsOf(l)
		if text == "" {
			continue
		}
		if !slices.Contains(said, text) {
			said = append(said, text)
		}
		names[text] = append(names[text], l.Name)
	}
	for i, text := range said {
		said[i] = fmt.Sprintf("%s: %s.", list(names[text]), text)
	}
	return said
}

// connectionsOf says how many connections a load keeps, and whether there is a cap on how many it opens.
func connectionsOf(l record.Load) string {
	if l.Connections == 0 && l.MaxConnections == 0 {
		return ""
	}
	text := "up to " + plural(l.Connections, "connection") + " kept alive"
	if l.Visit == record.FirstVisit {
		text = "up to 6 new connections for each visit"
	}
	if l.MaxConnections > 0 {
		text += fmt.Sprintf(", and at most %d open at once", l.MaxConnections)
	}
	return text
}
