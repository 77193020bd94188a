package record

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"testing"
)

// A run that was killed while it wrote can be cut at any byte: everything before the last line is had.
func TestTruncatedAnywhere(t *testing.T) {
	_, content := recorded(t, sample())
	firstLine := bytes.IndexByte(content, '\n')
	for size := firstLine + 1; size <= len(content); size++ {
		whole := bytes.Count(content[:size], []byte("\n"))
		run, err := Decode(bytes.NewReader(content[:size]), "run.jsonl")
		got := 1 + len(run.Builds) + len(run.Conformance) + len(run.Rounds)
		if run.End != nil {
			got++
		}
		// Only the newline is missing, or nothing is: no damage.
		if content[size-1] == '\n' || content[size] == '\n' {
			if err != nil || got < whole {
				t.Fatalf("%d bytes: read %d lines, %v", size, got, err)
			}
			continue
		}
		var cut *TruncatedError
		if !errors.As(err, &cut) || cut.Line != whole+1 || got != whole {
			t.Fatalf("%d bytes: read %d of %d lines, %v", size, got, whole, err)
		}
		if want := fmt.Sprintf("run.jsonl:%d: ", whole+1); !strings.HasPrefix(err.Error(), want) ||
			!strings.Contains(err.Error(), fmt.Sprintf("the %d before it are intact", whole)) {
			t.Fatalf("error is %q", err)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	const first = `{"kind":"run","schema":1}` + "\n"
	tests := []struct {
		name, in, want string
	}{
		{"empty", "", "run.jsonl:1: the file is empty"},
		{"text", "# a README\n", "run.jsonl:1: not the record"},
		{"binary", "\x7fELF\x00\x01", "run.jsonl:1: not the record"},
		{"JSON of another kind", `{"name":"spa","version":"1.0.0"}` + "\n", "run.jsonl:1: not the record"},
		{"JSON list", "[1,2]\n", "run.jsonl:1: not the record"},
		{"no schema", `{"kind":"run"}` + "\n", "run.jsonl:1: not the record"},
		{"begins in the middle", `{"kind":"trial","variant":"a"}` + "\n" + first, "run.jsonl:1: not the record"},
		{"first line cut short", `{"kind":"run","sche`, "run.jsonl:1: not the record"},
		{"newer", fmt.Sprintf(`{"kind":"run","schema":%d}`, Schema+1) + "\n",
			fmt.Sprintf("run.jsonl:1: schema %d is newer than schema %d", Schema+1, Schema)},
		{"wrong type in the first line", `{"kind":"run","schema":1,"plan":{"rounds":"ten"}}` + "\n", "run.jsonl:1: "},
		{"unknown kind", first + `{"kind":"note"}` + "\n", `run.jsonl:2: unknown kind of line "note"`},
		{"damaged line", first + "{\"kind\":\"trial\",\x00\n" + `{"kind":"end"}` + "\n", "run.jsonl:2: not a line"},
		{"empty line", first + "\n", "run.jsonl:2: not a line"},
		{"wrong type", first + `{"kind":"trial","round":"one"}` + "\n", "run.jsonl:2: "},
		{"two runs", first + first, "run.jsonl:2: a second run"},
		{"after the end", first + `{"kind":"end"}` + "\n" + `{"kind":"trial"}` + "\n",
			`run.jsonl:3: a line of kind "trial" after the end`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run, err := Decode(strings.NewReader(tt.in), "run.jsonl")
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want %s…", err, tt.want)
			}
			var cut *TruncatedError
			if errors.As(err, &cut) || !reflect.DeepEqual(run, Run{}) {
				t.Errorf("a part was handed out: %+v", run)
			}
		})
	}
}

func TestReadMissing(t *testing.T) {
	_, err := Read("no-such-run.jsonl")
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "no-such-run.jsonl") {
		t.Errorf("got %v", err)
	}
}

func TestLargeLine(t *testing.T) {
	want := oneRound(Trial{Variant: "a", Log: strings.Repeat("0123456789", 800_000)})
	path, _ := recorded(t, want)
	got, err := Read(path)
	if err != nil || len(got.Trials) != 1 || got.Trials[0].Log != want.Trials[0].Log {
		t.Errorf("8 MB line: %v", err)
	}
}

// Whatever the input: no panic, and what is handed out can be written and read again to the same.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(""))
	f.Add([]byte(`{"kind":"run","schema":1}` + "\n" +
		`{"kind":"trial","variant":"a","start":{"page":1}}` + "\n" + `{"kind":"tri`))
	f.Add([]byte(`{"kind":"run","schema":1,"plan":{"seed":18446744073709551615}}` + "\n" + `{"kind":"end","took":1}`))
	f.Add([]byte(`{"kind":"run","schema":9}` + "\n"))
	f.Add([]byte(`{"kind":"run","schema":1}` + "\n" + `{"kind":"conformance","report":{}}` + "\n\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		run, err := Decode(bytes.NewReader(in), "in")
		var cut *TruncatedError
		if err != nil && !errors.As(err, &cut) {
			if !strings.HasPrefix(err.Error(), "in:") {
				t.Errorf("error does not say where: %v", err)
			}
			return
		}
		if run.Schema < 1 || run.Schema > Schema {
			t.Errorf("schema %d was accepted", run.Schema)
		}
		first := inMemory(t, run)
		again, err := Decode(bytes.NewReader(first), "again")
		if err != nil {
			t.Fatalf("read back: %v", err)
		}
		// Compared as written: absent and empty lists are the same line.
		if second := inMemory(t, again); !bytes.Equal(first, second) {
			t.Errorf("differs after a second reading:\n%s\n%s", first, second)
		}
	})
}

// inMemory is run as it is recorded; a fuzz test has no time for real files.
func inMemory(t *testing.T, run Run) []byte {
	m := new(memory)
	write(t, &Writer{file: m}, run)
	return m.Bytes()
}

type memory struct{ bytes.Buffer }

func (*memory) Name() string         { return "memory" }
func (*memory) Sync() error          { return nil }
func (*memory) Close() error         { return nil }
func (*memory) Truncate(int64) error { return nil }

func (*memory) Seek(int64, int) (int64, error) { return 0, nil }
