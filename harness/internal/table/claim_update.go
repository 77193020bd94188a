package table

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"spabench/harness/internal/record"
)

func updateText(o record.Observed) claimText {
	u := *o.Update
	said := append([]string{updatedRunning(u)}, updatedByRestart(u)...)
	text := claimText{why: strings.Join(said, "; "), sheets: []claimSheet{updateSheet(u.Updates)}}
	if inside := updatedByContainer(u); inside != "" {
		text.why += ". " + inside
	}
	text.evidence = append(brokenLoads(u), oldChunks(u.Updates)...)
	return text
}

// updatedRunning says which servers served build B while they ran.
func updatedRunning(o record.UpdateObserved) string {
	var servers []string
	var seen []time.Duration
	for _, u := range o.Of(record.FilesUpdate) {
		if u.Settled {
			servers, seen = append(servers, u.Variant), append(seen, u.Seen)
		}
	}
	if len(seen) == 0 {
		return "no server served build B from its folder while it ran"
	}
	return fmt.Sprintf("%s served build B from the folder while running, %s ms after the command (median of %s)",
		list(distinct(servers)), asMilliseconds(medianDuration(seen)), plural(len(seen), "update"))
}

// updatedByRestart says which servers did so after a restart alone, and which not at all.
func updatedByRestart(o record.UpdateObserved) (said []string) {
	var servers, faults []string
	var without time.Duration
	for _, name := range o.OnDisk() {
		switch {
		case o.Settles(record.FilesUpdate, name):
		case o.Settles(record.RestartUpdate, name):
			servers = append(servers, name)
		default:
			said = append(said, name+" did not, not even after a restart")
		}
	}
	for _, u := range o.Updates {
		switch {
		case u.Kind == record.FilesUpdate && !u.Settled && slices.Contains(servers, u.Variant):
			faults = append(faults, orElse(faultWords(u.Fault), "build A"))
		case u.Kind == record.RestartUpdate && u.Settled:
			without = max(without, u.Without)
		}
	}
	if len(servers) == 0 {
		return said
	}
	return append(said, fmt.Sprintf("%s served it only after a restart (before that, visitors mostly got: %s), "+
		"which left visitors without a response for up to %s ms",
		list(servers), list(distinct(faults)), asMilliseconds(without)))
}

// updatedByContainer says what an update takes whose files are inside the program.
func updatedByContainer(o record.UpdateObserved) string {
	var inside []string
	var without []time.Duration
	for _, u := range o.Of(record.ContainerUpdate) {
		if !slices.Contains(o.OnDisk(), u.Variant) {
			inside = append(inside, u.Variant)
		}
		if u.Settled {
			without = append(without, u.Without)
		}
	}
	if len(inside) == 0 || len(without) == 0 {
		return ""
	}
	return fmt.Sprintf("Files inside the program (%s) need a new image and a new container: replacing the container "+
		"left visitors without a response for %s to %s ms, over all variants",
		list(distinct(inside)), asMilliseconds(slices.Min(without)), asMilliseconds(slices.Max(without)))
}

// brokenLoads says in which ways of replacing files page loads broke, and in which none did.
func brokenLoads(o record.UpdateObserved) (lines []string) {
	var broke, none, stale []string
	for _, u := range o.Of(record.FilesUpdate) {
		loads := fmt.Sprintf("%s, %s: %d of %d", u.Variant, u.Way, u.Broken, u.Loads)
		switch {
		case !u.Settled:
			stale = append(stale, loads+" ("+orElse(faultWords(u.Fault), "they got build A")+")")
		case u.Broken > 0:
			broke = append(broke, loads+" ("+faultWords(u.Fault)+")")
		default:
			none = append(none, loads)
		}
	}
	for _, of := range []struct {
		what  string
		loads []string
	}{
		{"Page loads that broke while files were replaced: ", broke},
		{"No page load was seen to break: ", none},
		{"Page loads that broke where build B did not arrive without a restart: ", stale},
	} {
		if len(of.loads) > 0 {
			lines = append(lines, of.what+strings.Join(of.loads, "; ")+".")
		}
	}
	return lines
}

// oldChunks says what tabs get that still have build A open.
func oldChunks(updates []record.Update) (lines []string) {
	ways := map[string][]string{}
	for _, u := range updates {
		got := chunkWords(u.OldChunk)
		ways[got] = append(ways[got], wayOf(u))
	}
	for _, got := range slices.Sorted(maps.Keys(ways)) {
		lines = append(lines, fmt.Sprintf("A tab that has build A open and then loads a script of A gets %s, after %d "+
			"of the %d updates (%s).", got, len(ways[got]), len(updates), strings.Join(distinct(ways[got]), "; ")))
	}
	return lines
}

func wayOf(u record.Update) string {
	switch u.Kind {
	case record.RestartUpdate:
		return "a restart after “" + u.Way + "”"
	case record.ContainerUpdate:
		return "a new container"
	}
	return u.Way
}

// faultWords say what was wrong with a page load; "" when nothing was.
func faultWords(f record.LoadFault) string {
	got := "wrong or truncated bytes"
	switch {
	case f == record.LoadFault{}:
		return ""
	case f.Status != http.StatusOK:
		got = fmt.Sprintf("status %d", f.Status)
	case f.Empty:
		got = "no bytes"
	}
	if f.PageOf == "" {
		return got + " for the page"
	}
	return got + " for the " + f.Destination + " of build " + f.PageOf
}

func chunkWords(r record.ChunkResponse) string {
	switch {
	case r.Status == 0:
		return "no response"
	case r.Status != http.StatusOK:
		return fmt.Sprintf("status %d", r.Status)
	case r.Kept():
		return "that script"
	case r.Content == record.PageContent:
		return "the page instead"
	case r.Content == record.NoContent:
		return "no bytes"
	}
	return "wrong or truncated bytes"
}

func updateSheet(updates []record.Update) claimSheet {
	t := claimSheet{
		title: "Updates while visitors load pages",
		doc: "Two visitors load the page and the assets that it names, again and again. Loads count that ended after " +
			"the command was given; the times include the start of the command. Broken: responses came, and one was " +
			"not what the page's build has. Old tab: what a tab that has build A open gets for a script that it " +
			"loads later.",
		sheet: sheet{head: []string{"variant", "way", "first correct load of B, ms", "B stays", "broken page loads",
			"page loads", "most frequent fault", "longest time without a response, ms", "old tab's script"}},
	}
	for _, u := range updates {
		seen, without := "never", missing
		if u.Seen > 0 {
			seen = asMilliseconds(u.Seen)
		}
		if u.Silent > 0 {
			without = asMilliseconds(u.Without)
		}
		t.rows = append(t.rows, []string{u.Variant, wayOf(u), seen, yesNo(u.Settled), fmt.Sprint(u.Broken),
			fmt.Sprint(u.Loads), orElse(faultWords(u.Fault), missing), without, chunkWords(u.OldChunk)})
	}
	return t
}
