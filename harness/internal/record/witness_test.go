package record

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestWitnessIsReadAsWritten(t *testing.T) {
	began := time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)
	want := Witness{
		Schema: WitnessSchema, Started: began, Ended: &began,
		Client: "h2load nghttp2/1.64.0", Invocation: []string{"--h1"},
		Variants: []string{"null"}, Baseline: "null", Rounds: 1, Turns: 1, Seed: 7,
		Slices: []Witnessed{{
			Variant: "null", Generator: Theirs, Round: 1, Turn: 1, Began: began, Over: time.Second, Requests: 1000,
			Latency: "histogram", LagP99: 3, CPU: 4, CPUOver: 5,
		}},
	}
	file := filepath.Join(t.TempDir(), WitnessFile)
	if err := want.Write(file); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadWitness(file); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
}

func TestReadWitnessRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), WitnessFile)
	for text, want := range map[string]string{
		`{"schema": 2}`: "schema 2, and this spabench reads 1 to 1", `{}`: "schema 0", `{`: "unexpected end",
	} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadWitness(file); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
	if _, err := ReadWitness(filepath.Join(t.TempDir(), WitnessFile)); err == nil {
		t.Error("no error for a file that does not exist")
	}
}
