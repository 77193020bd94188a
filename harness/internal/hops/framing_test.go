package hops

import (
	"net"
	"slices"
	"testing"

	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

// serveMutant serves a mutant, or the reference, on a port of its own, and returns the origin.
func serveMutant(t *testing.T, name string) string {
	t.Helper()
	m := mutant.Mutant{}
	if name != "" {
		i := slices.IndexFunc(mutant.All(), func(m mutant.Mutant) bool { return m.Name == name })
		if i < 0 {
			t.Fatalf("no mutant is called %s", name)
		}
		m = mutant.All()[i]
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go m.ServeOn(t.Context(), listener)
	return "http://" + listener.Addr().String()
}

// TestFramings: what an outer layer lets pass and an inner one refuses is found, and nothing between two alike.
func TestFramings(t *testing.T) {
	target := func(h Hop) spatest.Target { return spatest.Target{URL: h.URL} }
	careful := Hop{Name: "app", URL: serveMutant(t, "")}
	found, err := Framings(t.Context(), []Hop{{Name: "edge", URL: serveMutant(t, "first-length")}, careful}, target)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{spatest.ReadBoth, spatest.ReadRefused}
	if !slices.ContainsFunc(found, func(f Framing) bool { return f.Name == "two lengths" && slices.Equal(f.Reads, want) }) {
		t.Errorf("the first of two lengths counts for the outer layer alone, and %v was found", found)
	}
	same, err := Framings(t.Context(), []Hop{careful, {Name: "copy", URL: serveMutant(t, "")}}, target)
	if err != nil || len(same) > 0 {
		t.Errorf("two careful servers differ: %v, %v", same, err)
	}
}
