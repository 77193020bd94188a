package page

import (
	"slices"
	"strings"
	"testing"

	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

// newer is a published run as if the sizes of layers, and when the requests of a visit began, had been recorded: each
// as long after the start of the visit as it takes.
func newer(t *testing.T) record.Run {
	t.Helper()
	run := published(t, newest)
	run.Builds = slices.Clone(run.Builds)
	run.Builds[0].Layers = []record.Layer{
		{Container: "app", Unpacked: 1e6, Compressed: 4e5, Base: true, Instruction: "ADD rootfs.tar /"},
		{Container: "app", Unpacked: 9e6, Compressed: 3e6,
			Instruction: "COPY  app /app # buildkit " + strings.Repeat("x", 90)},
		{Container: "proxy", Unpacked: 1e6, Compressed: 4e5, Base: true, Again: true},
	}
	run.Trials = slices.Clone(run.Trials)
	for i, trial := range run.Trials {
		run.Trials[i].Loads = slices.Clone(trial.Loads)
		for j, l := range trial.Loads {
			parts := slices.Clone(l.Parts)
			for k := range parts {
				parts[k].Began = parts[k].Latency
			}
			run.Trials[i].Loads[j].Parts = parts
		}
	}
	return run
}

// The largest layer comes first, and one that another container has, too, comes once.
func TestLayerSheets(t *testing.T) {
	run := newer(t)
	all := layerSheets(run)
	if len(all) != 1 || len(all[0].Rows) != 2 {
		t.Fatalf("%+v", all)
	}
	first := all[0].Rows[0]
	if first[0].Text != run.Builds[0].Variant || first[2].Text != "own" || first[3].Text != "9.00" ||
		first[4].Text != "3.00" || !strings.HasPrefix(first[5].Text, "COPY app /app") ||
		len([]rune(first[5].Text)) != instructionShown {
		t.Errorf("%q", first)
	}
	if all[0].Rows[1][2].Text != "base" || all[0].Rows[1][5].Text != "ADD rootfs.tar /" {
		t.Errorf("%q", all[0].Rows[1])
	}
	if found := layerSheets(published(t, newest)); found != nil {
		t.Errorf("a record without layers has %+v", found)
	}
}

// A run of today has a waterfall of each variant that made visits, and one of before says that it has none.
func TestWaterfalls(t *testing.T) {
	run := newer(t)
	all, err := waterfalls(run)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 4 {
		t.Fatalf("%d waterfalls, want those of the four variants", len(all))
	}
	for _, f := range all {
		first := f.Table.Rows[0]
		if len(f.Table.Rows) != 10 || first[0].Text != "page" || first[1].Text != first[2].Text {
			t.Errorf("%s: %q", f.Title, f.Table.Rows)
		}
	}
	text := string(written(t, run))
	whole(t, []byte(text))
	for want, is := range map[string]bool{
		"Waterfall of embedded-go": true, "Layers by size": true, "It is no waterfall": false,
		"before the sizes of layers were recorded": false,
	} {
		if strings.Contains(text, want) != is {
			t.Errorf("the page says %q: %t, want %t", want, !is, is)
		}
	}
}

// What a change costs is of a run of claims, says so, and is of the run's own variants alone.
func TestEditSheets(t *testing.T) {
	run := published(t, newest)
	claims := tests(t, "2026-11-26-claims")
	costs, ok := table.EditCosts(claims)
	if !ok {
		t.Fatal("the published claims have no costs of edits")
	}
	all := editSheets(run, EditCosts{Table: costs, Name: "2026-11-26-claims", File: "../claims.html"})
	if len(all) != 1 || len(all[0].Rows) < 16 {
		t.Fatalf("%+v", all)
	}
	kinds := map[string]bool{}
	for _, r := range all[0].Rows {
		kinds[r[0].Text] = true
		if !slices.Contains(run.Plan.Variants, r[1].Text) || r[0].Link != "../claims.html#layer-caching" {
			t.Errorf("%+v", r)
		}
	}
	if len(kinds) < 4 || !strings.Contains(all[0].Notes[0], "2026-11-26-claims") {
		t.Errorf("edits %v, notes %q", kinds, all[0].Notes)
	}
	if found := editSheets(run, EditCosts{}); found != nil {
		t.Errorf("without a run of claims there is %+v", found)
	}
}
