package table

import (
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
)

func TestUpdateText(t *testing.T) {
	noScript := record.LoadFault{PageOf: "B", Destination: "script", Status: 404}
	running := record.Update{Variant: "disk", Kind: record.FilesUpdate, Way: "renamed", Loads: 10,
		Seen: 300 * time.Millisecond, Settled: true}
	stale := record.Update{Variant: "listed", Kind: record.FilesUpdate, Way: "renamed", Loads: 10, Broken: 9,
		Fault: noScript}
	restarted := record.Update{Variant: "listed", Kind: record.RestartUpdate, Way: "renamed", Silent: 3,
		Without: 700 * time.Millisecond, Settled: true}
	inside := record.Update{Variant: "inside", Kind: record.ContainerUpdate, Silent: 5, Without: 400 * time.Millisecond,
		Settled: true, OldChunk: record.ChunkResponse{Status: 200, Content: record.PageContent}}
	for _, c := range []struct {
		all []record.Update
		why []string
	}{
		{[]record.Update{running, inside},
			[]string{"disk served build B from the folder while running, 300 ms after", "(inside) need a new image",
				"400 to 400 ms"}},
		{[]record.Update{running, stale, restarted, inside},
			[]string{"listed served it only after a restart", "status 404 for the script of build B", "up to 700 ms"}},
		{[]record.Update{stale, restarted, inside}, []string{"no server served"}},
		{[]record.Update{stale, {Variant: "listed", Kind: record.RestartUpdate}}, []string{"not even after a restart"}},
	} {
		for _, words := range c.why {
			saysOfClaim(t, words, updateText(record.Observed{Update: &record.UpdateObserved{Updates: c.all}}), words)
		}
	}
	updates := []record.Update{running, stale, inside}
	text := updateText(record.Observed{Update: &record.UpdateObserved{Updates: updates}})
	evidence := strings.Join(text.evidence, "\n")
	for _, words := range []string{
		"No page load was seen to break: disk, renamed: 0 of 10.",
		"did not arrive without a restart: listed, renamed: 9 of 10 (status 404 for the script of build B).",
		"gets the page instead, after 1 of the 3 updates (a new container).",
		"gets no response, after 2 of the 3 updates (renamed).",
	} {
		if !strings.Contains(evidence, words) {
			t.Errorf("no evidence says %q:\n%s", words, evidence)
		}
	}
}
