package table

import (
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
)

// The worst of all rounds is told, whenever it was seen; a run of an age that has no rounds says nothing.
func TestLooks(t *testing.T) {
	seen := func(before, after record.Look, steal float64) record.Round {
		return record.Round{Sentinel: &record.Sentinel{Before: before, After: after, Steal: steal}}
	}
	for _, test := range []struct {
		name   string
		rounds []record.Round
		want   string
	}{
		{"none", nil, ""},
		{"another machine", []record.Round{{Round: 1}}, "could not be watched"},
		{"quiet", []record.Round{seen(record.Look{Spin: 1, Wake: 1}, record.Look{Spin: 1, Wake: 1}, 0)},
			"arithmetic on a CPU of the servers took 1.00 times as long as its fastest time in the run, and waking a " +
				"thread there 1.00 times; at most 0.0% of a round's CPU time was steal time (given to other virtual " +
				"machines)."},
		{
			"each worst elsewhere",
			[]record.Round{
				seen(record.Look{Spin: 1, Wake: 2.5}, record.Look{Spin: 1.75, Wake: 1}, 0), {},
				seen(record.Look{Spin: 1.1}, record.Look{}, 0.034),
			},
			"took 1.75 times as long as its fastest time in the run, and waking a thread there 2.50 times; at " +
				"most 3.4%",
		},
		{"one CPU", []record.Round{seen(record.Look{Spin: 1.2}, record.Look{Spin: 1.1}, 0)},
			"took 1.20 times as long as its fastest time in the run; at most 0.0% of a"},
	} {
		facts := lookFacts(test.rounds)
		if len(facts) > 1 || (len(facts) == 1) != (test.want != "") ||
			len(facts) == 1 && !strings.Contains(facts[0].text, test.want) {
			t.Errorf("%s: %+v", test.name, facts)
		}
	}
}

// An arm that is busy while others have their turn is named, by the mean over its loads and rounds.
func TestNotIdle(t *testing.T) {
	idle := func(arm string, used ...time.Duration) record.Trial {
		tr := record.Trial{Variant: arm}
		for _, d := range used {
			tr.Loads = append(tr.Loads, record.Loaded{Idle: d, IdleOver: 10 * time.Second})
		}
		return tr
	}
	const ms = time.Millisecond
	run := record.Run{Plan: record.Plan{Variants: []string{"busy", "quiet", "old"}}, Trials: []record.Trial{
		idle("busy", 100*ms, 500*ms), idle("quiet", 180*ms, 20*ms), {Variant: "old", Loads: []record.Loaded{{}}},
	}}
	facts := idleFacts(run)
	if len(facts) != 1 || !strings.HasPrefix(facts[0].text, "while others had their turn, busy used 3.0% of a CPU.") {
		t.Errorf("%+v", facts)
	}
	run.Trials = run.Trials[1:]
	if facts := idleFacts(run); facts != nil {
		t.Errorf("%+v", facts)
	}
}

// The most of any round is shown, for each arm and load; loads whose connections were not counted are left out.
func TestConnections(t *testing.T) {
	counted := func(arm string, round, opened, atOnce int) record.Trial {
		return record.Trial{Variant: arm, Round: round, Loads: []record.Loaded{
			{Load: page, Opened: opened, MostOpen: atOnce}, {Load: api},
		}}
	}
	run := record.Run{
		Plan: record.Plan{Variants: []string{"a", "b"}, Loads: []record.Load{
			{Name: page, Connections: 16, MaxConnections: 32}, {Name: api, Connections: 16},
		}},
		Trials: []record.Trial{counted("a", 1, 1016, 16), counted("a", 2, 20, 18), counted("b", 1, 0, 0)},
	}
	s := connectionsSheet(run)
	if got := strings.Join(s.head, " "); got != "variant page" {
		t.Errorf("columns %s", got)
	}
	if got := strings.Join(s.rows[0], " ") + ", " + strings.Join(s.rows[1], " "); got != "a 1,016 / 18, b –" {
		t.Errorf("rows %s", got)
	}
	const want = "page: up to 16 connections kept alive, and at most 32 open at once. " +
		"api: up to 16 connections kept alive."
	if got := strings.Join(s.notes, " "); got != want {
		t.Errorf("notes %s", got)
	}
	rows := connectionsDocument(run, Table{}).Rows
	opened := openedJSON{Variant: "a", Load: page, KeptAlive: 16, Cap: 32, Opened: 1016, MostOpen: 18}
	if len(rows) != 1 || rows[0] != opened {
		t.Errorf("in JSON: %+v", rows)
	}
}
