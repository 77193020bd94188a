package claim

import (
	"fmt"

	"spabench/harness/internal/record"
)

// Transcript collects what an experiment types and sees, so that one that breaks off leaves what it has told until
// then.
type Transcript struct {
	Tool  string   // what runs the commands, with its version; "" when nothing is typed
	Lines []string // those that begin with $ were typed, those with # are remarks
}

// Note adds a remark on what is seen.
func (t *Transcript) Note(format string, args ...any) {
	t.Lines = append(t.Lines, "# "+fmt.Sprintf(format, args...))
}

// Recorded is the transcript for a record; none, when nothing was told.
func (t *Transcript) Recorded() []record.Transcript {
	if len(t.Lines) == 0 {
		return nil
	}
	title := "Transcript"
	if t.Tool != "" {
		title += ", " + t.Tool
	}
	return []record.Transcript{{Title: title, Lines: t.Lines}}
}
