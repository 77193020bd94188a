package table

import (
	"slices"
	"strings"
	"testing"

	"spabench/harness/internal/record"
)

func TestBasesText(t *testing.T) {
	pure := record.RuntimeBase{Server: "go", Name: "scratch", Unpacked: 11e6, Static: true, Works: true,
		Packages: map[string]int{"go": 18, "dpkg": 5}}
	lost := record.RuntimeBase{Server: "cgo", Name: "scratch", Cgo: true, Missing: []string{"libc.so.6"}}
	linked := record.RuntimeBase{Server: "cgo", Name: "Debian", Cgo: true, Static: true, Works: true}
	python := record.RuntimeBase{Server: "py", Name: "slim", Python: true, StandIn: true, Works: true}
	unknown := record.RuntimeBase{Server: "go", Name: "Alpine", NotMeasured: "no registry answers"}
	broken := record.RuntimeBase{Server: "go", Name: "Debian", Static: true}
	say := func(bases ...record.RuntimeBase) claimText {
		return basesText(record.Observed{Bases: &record.BasesObserved{Bases: bases}})
	}

	text := say(pure, lost, linked, python, unknown)
	saysOfClaim(t, "all", text, "built without cgo, the binary is static and runs on scratch (11.0 MB); "+
		"built with cgo, it is linked with a libc and does not start on scratch, unless libc is linked in (-static)")
	if !slices.Equal(text.evidence, []string{"Alpine was not measured: no registry answers."}) {
		t.Errorf("%q", text.evidence)
	}
	rows := text.sheets[0].rows
	for i, want := range []string{"static", "dynamic: libc.so.6", "static", "interpreted", missing} {
		if rows[i][7] != want {
			t.Errorf("program of row %d: %s, want %s", i, rows[i][7], want)
		}
	}
	if rows[0][6] != "5 dpkg, 18 go" || rows[3][1] != "slim (stand-in)" || rows[4][2] != "not measured" {
		t.Errorf("%q", rows)
	}
	if why := say(pure, lost).why; strings.Contains(why, "-static") {
		t.Errorf("“%s”, which nobody tried", why)
	}
	saysOfClaim(t, "broken", say(pure, broken), "does not work on Debian")
}

func TestArgumentsText(t *testing.T) {
	for _, c := range []struct {
		words  string
		change func(*record.BuildArgumentsObserved)
	}{
		{"is the one that was given; NODE_ENV=development makes scripts of 545 kB instead of 331 kB; " +
			"but an argument declared before FROM is unset", func(*record.BuildArgumentsObserved) {}},
		{"breaks the build", func(seen *record.BuildArgumentsObserved) {
			seen.EarlyProduction = record.EarlyBuild{Log: "one\ntwo"}
		}},
		{"is not the one that was given", func(seen *record.BuildArgumentsObserved) { seen.Scopes[0].OnBase = false }},
		{"scripts of the same size", func(seen *record.BuildArgumentsObserved) { seen.Development = seen.Production }},
	} {
		seen := record.BuildArgumentsObserved{
			Scopes: []record.ArgumentScope{
				{Before: "unset", After: "production", Env: []string{"PATH=/bin"}, OnBase: true},
			},
			Production:      record.AppBuild{Bytes: 331_000, Usual: true},
			Development:     record.AppBuild{Bytes: 545_000, Warnings: true},
			EarlyProduction: record.EarlyBuild{Built: true}, EarlyDevelopment: record.EarlyBuild{Built: true},
			Secret: record.SecretArgument{StageHistory: true, Instruction: "TOKEN=VALUE"},
		}
		c.change(&seen)
		text := argumentsText(record.Observed{BuildArguments: &seen})
		saysOfClaim(t, c.words, text, c.words)
		if !strings.Contains(text.evidence[0], "TOKEN=VALUE") || text.sheets[0].rows[0][4] != "unset" {
			t.Errorf("%q, %q", text.evidence, text.sheets[0].rows)
		}
		shown := len(text.transcripts) == 1 && len(text.transcripts[0].Lines) == 2
		if shown == seen.EarlyProduction.Built {
			t.Errorf("%s: transcripts %q", c.words, text.transcripts)
		}
	}
}
