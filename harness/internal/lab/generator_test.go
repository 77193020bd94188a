package lab

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"spabench/harness/internal/load"
	"spabench/harness/internal/record"
	"spabench/variants"
)

// The generator makes a load on two variants in turns, each on a network of its own but with a container of the same
// name, and reads the CPU time of their containers itself.
func TestGeneratorInterleaves(t *testing.T) {
	l := openLab(t)
	refs := map[string]string{}
	for _, name := range []string{"generator", "null"} {
		var err error
		if refs[name], err = l.Build(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	g, err := l.StartGenerator(t.Context(), refs["generator"], "")
	if g != nil {
		defer func() { _ = g.Remove(context.WithoutCancel(t.Context())) }()
	}
	if err != nil {
		t.Fatal(err)
	}
	if tree, err := l.hierarchy(t.Context()); err == nil && !tree.systemd && !tree.v2 {
		shares, err := readNumber(filepath.Join(tree.mount, "cpu", g.c.GetContainerID(), "cpu.shares"))
		if shares != mostShares || err != nil {
			t.Errorf("%d shares at the top of the cgroups, %v", shares, err)
		}
	}
	i := load.Interleaved{Slice: 50 * time.Millisecond, LeadIn: 10 * time.Millisecond, Seed: 1}
	for _, name := range []string{"a", "b"} {
		i.Arms = append(i.Arms, joined(t, l, g, name, refs["null"]))
	}
	if i.Arms[0].Spec.Waves[0][0].URL == i.Arms[1].Spec.Waves[0][0].URL {
		t.Fatalf("both are at %s", i.Arms[0].Spec.Waves[0][0].URL)
	}
	text, err := json.Marshal(i)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Write(t.Context(), "/load.json", text); err != nil {
		t.Fatal(err)
	}
	out, err := g.Exec(t.Context(), "/generator", "interleave", "/load.json")
	if err != nil {
		t.Fatal(err)
	}
	var got []record.Loaded
	if err := json.Unmarshal(out, &got); err != nil || len(got) != 2 {
		t.Fatalf("%d loads, %v: %.300s", len(got), err, out)
	}
	for n, loaded := range got {
		if loaded.Wrong > 0 || loaded.Requests != 4*10 || len(loaded.Slices) != 4 || loaded.Opened == 0 {
			t.Errorf("arm %d: %+v", n, loaded)
		}
		if len(i.Arms[n].Counters) == 0 {
			continue
		}
		for _, s := range loaded.Slices {
			if len(s.CPU) != 1 || s.CPU[0] <= 0 || s.Generator <= 0 {
				t.Errorf("arm %d: %+v used no CPU time", n, s)
			}
		}
		if loaded.IdleOver < 4*50*time.Millisecond {
			t.Errorf("arm %d was idle for %s while the other one had four turns", n, loaded.IdleOver)
		}
	}
}

// joined starts a null server on a network that the generator joins, and returns a load on it.
func joined(t *testing.T, l *Lab, g *Generator, name, ref string) load.Arm {
	t.Helper()
	null, _ := variants.Find("null")
	r, err := l.Create(t.Context(), null, Options{Refs: []string{ref}})
	if r != nil {
		t.Cleanup(func() { _ = r.Remove(context.WithoutCancel(t.Context())) })
	}
	if err == nil {
		err = r.Start(t.Context())
	}
	if err == nil {
		err = g.Join(t.Context(), r)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Leave(context.WithoutCancel(t.Context()), r) })
	length := 0
	for deadline := time.Now().Add(20 * time.Second); length == 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("does not answer")
		}
		if res, err := http.Get(r.URL); err == nil {
			body, _ := io.ReadAll(res.Body)
			_ = res.Body.Close()
			length = len(body)
		}
	}
	if _, err := r.Usage(t.Context()); err != nil {
		t.Fatal(err)
	}
	if files := len(r.CounterFiles()); l.Local() && files != 1 {
		t.Errorf("%d files with the CPU time of one container", files)
	}
	url, err := g.URL(t.Context(), r, null.Entry().Name)
	if err != nil {
		t.Fatal(err)
	}
	return load.Arm{Name: name, Counters: r.CounterFiles(), Spec: load.Spec{
		Load: "page", Rate: 200, Warmup: 50 * time.Millisecond, Duration: 200 * time.Millisecond, Connections: 4,
		Waves: [][]load.Request{{{URL: url, Want: load.Want{Status: 200, Contains: "<html"}}}},
	}}
}
