package table

import (
	"strings"
	"testing"

	"spabench/harness/internal/record"
)

func TestNpmCIText(t *testing.T) {
	for _, c := range []struct {
		words    string
		evidence string // in the first line of it
		change   func(*record.NpmCIObserved)
	}{
		{"the same 80 files", "1 of the 2 layers", func(*record.NpmCIObserved) {}},
		{"the same 80 files", "All 1 layers", func(o *record.NpmCIObserved) { o.Layers = o.Layers[1:] }},
		{"9000 files that npm ci installed, 1 differ", "", func(o *record.NpmCIObserved) { o.Packages.Differ = 1 }},
		{"80 files of two clean builds, 2 differ", "", func(o *record.NpmCIObserved) { o.Build.Differ = 2 }},
		{"npm ci accepts", "", func(o *record.NpmCIObserved) { o.Mismatch.CIExit = 0 }},
	} {
		o := record.NpmCIObserved{
			Build: record.ComparedFiles{Files: 80, TimesOnly: 80}, Packages: record.ComparedFiles{Files: 9000},
			Layers: []record.ComparedLayer{
				{Instruction: "RUN npm ci", IDs: [2]string{"sha256:1", "sha256:2"}},
				{Instruction: "COPY . .", IDs: [2]string{"sha256:0123456789abcdef", "sha256:0123456789abcdef"}},
			},
			Mismatch: record.LockMismatch{Library: "react-router", Asked: "<7.18.5", Locked: "7.18.5", After: "7.18.4",
				CIExit: 1, CIErrors: []string{"npm error code EUSAGE"}},
		}
		c.change(&o)
		text := npmCIText(record.Observed{NpmCI: &o})
		saysOfClaim(t, c.words, text, c.words)
		if !strings.Contains(text.evidence[0], c.evidence) {
			t.Errorf("“%s” does not say “%s”", text.evidence[0], c.evidence)
		}
		if lines := text.transcripts[0].Lines; lines[1] != "$ npm ci" || lines[2] != "npm error code EUSAGE" {
			t.Errorf("transcript %q", lines)
		}
	}
}

// Of many folders some are named, and the others counted.
func TestByFolder(t *testing.T) {
	var folders []record.FolderFiles
	for _, name := range []string{"/a", "/b", "/c", "/d", "/e", "/f", "/g", "/h"} {
		folders = append(folders, record.FolderFiles{Folder: name, Files: 2})
	}
	for n, want := range map[int]string{
		0: "none", 1: "2 in /a", 8: "2 in /a, 2 in /b, 2 in /c, 2 in /d, 2 in /e, 2 in /f, and 2 more folders",
	} {
		if got := byFolder(folders[:n]); got != want {
			t.Errorf("%d folders: %s, want %s", n, got, want)
		}
	}
}
