package compose

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
)

func SeedFirst() claim.Claim {
	return claim.Claim{
		ID:    "seed-runs-first",
		Words: "The seed service runs first, fills the volume and exits; then the app starts, and the data survives a restart.",
		Test:  "Run dockerfiles/compose/seed.yaml by Docker Compose: up, add a book, down, up again; then, as another project, with a seeder that fails",
		Run:   observing(seeding, JudgeSeeding),
	}
}

func JudgeSeeding(s Seeding) record.Judgement {
	waited := s.First.Waited() && s.First.AppStatus == "running" && s.First.Books > 0
	survived := s.BookKept && s.Again.Waited()
	stops := s.SeedFails.AppStarted.IsZero() && s.SeedFails.ExitCode != 0
	j := record.Judgement{Transcripts: s.transcripts()}
	j.Why = claim.Said(
		claim.Fact{waited, fmt.Sprintf("the app started %d ms after the seeder had ended and has its %d books", s.First.AppStarted.Sub(s.First.SeedFinished).Milliseconds(), s.First.Books),
			"the app did not wait for the seeder"},
		claim.Fact{survived, "a book that was added is there after down and up", "a book that was added is lost after down and up"},
		claim.Fact{stops, fmt.Sprintf("a seeder that fails (exit code %d) keeps the app from starting", s.SeedFails.SeedExitCode), "a seeder that fails does not keep the app from starting"},
	)
	j.Verdict = claim.VerdictOf(waited, survived, stops)
	j.Evidence = []string{
		fmt.Sprintf("The app alone, on the volume that nobody has filled: %s with exit code %d.", s.Unseeded.AppStatus, s.Unseeded.AppExitCode),
		"The seeder runs at each up, and leaves alone what it finds filled.",
	}
	return j
}

func AnonymousVolume() claim.Claim {
	return claim.Claim{
		ID:    "anonymous-volume",
		Words: "An anonymous volume keeps the built files under a bind mount; after a change, rebuild with docker compose up --build.",
		Test:  "Run dockerfiles/compose/dev.yaml by Docker Compose with build A, make build B, and look which of them the page is of after each way to bring it up",
		Run:   observing(development, JudgeDevelopment),
	}
}

func JudgeDevelopment(d Development) record.Judgement {
	t := record.Sheet{Name: "after-a-build", Title: "After a build", Doc: "One step after the other, in one project; before each the sources are those of the build that the image then has. Volumes left over: anonymous ones that no container has any more.",
		Head: []string{"typed", "the image has", "the visitor gets", "new container", "volumes left over"}}
	kept := len(d.Steps) > 0 && d.Steps[0].Page == d.Steps[0].Built
	advice, renewed := true, []string{}
	for i, s := range d.Steps {
		typed := strings.Join(s.Commands, "; ")
		t.Rows = append(t.Rows, []string{shortCommand(typed), s.Built, s.Page, claim.YesNo(s.Recreated), fmt.Sprint(s.Left)})
		switch {
		case i == 0:
		case len(s.Commands) == 1 && strings.HasSuffix(typed, "up -d --build"):
			advice = s.Page == s.Built
		case s.Page == s.Built:
			renewed = append(renewed, "“"+shortCommand(typed)+"”")
		}
	}
	j := record.Judgement{Verdict: claim.VerdictOf(kept, advice), Tables: []record.Sheet{t}, Transcripts: d.transcripts()}
	j.Why = claim.Said(
		claim.Fact{kept, "the built files stay visible below the bind mount", "the built files are hidden by the bind mount"},
		claim.Fact{advice, "up --build brings the new build", "up --build serves the old build all the same, since the new container gets the old one's volume"},
	)
	if !advice && len(renewed) > 0 {
		j.Why += "; the new build came with " + strings.Join(renewed, ", ")
	}
	j.Evidence = []string{"On the host the volume's mount leaves this of the folder that it is mounted on: " + d.HostFolder + "."}
	return j
}

func MountPrecedence() claim.Claim {
	return claim.Claim{
		ID:    "volume-precedence",
		Words: "A volume, anonymous or named, takes precedence over a bind mount at the same path.",
		Test:  "Run dockerfiles/compose/mounts.yaml by Docker Compose: services with a volume and a bind mount on one path, in either order, and with a volume below a bind mount; look whose files are served",
		Run:   observing(mounts, JudgeMounts),
	}
}

func JudgeMounts(m Mounts) record.Judgement {
	first := m.Steps[0].Pages
	t := record.Sheet{Name: "whose-files", Title: "Whose files are served", Doc: "A service for each, with build A in the image and another page in the host's folder.",
		Head: []string{"mounts", "the visitor gets"}}
	names := make([]string, 0, len(first))
	for name := range first {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		gets := "the image's build " + first[name] + ", from the volume"
		if first[name] == "host" {
			gets = "the host's page"
		}
		t.Rows = append(t.Rows, []string{strings.ReplaceAll(name, "-", " "), gets})
	}
	later := record.Sheet{Name: "later-images", Title: "Another image", Doc: "What the volumes below a bind mount give after the image has got another build.",
		Head: []string{"typed", "the image has", "anonymous volume", "named volume"}}
	for _, s := range m.Steps[1:] {
		later.Rows = append(later.Rows, []string{shortCommand(strings.Join(s.Commands, "; ")), s.Built, s.Pages["anonymous-below-bind"], s.Pages["named-below-bind"]})
	}
	lastCounts := first["bind-then-named"] == "A" && first["named-then-bind"] == "host" && first["bind-then-anonymous"] == "A" && first["anonymous-then-bind"] == "host"
	wins := first["bind-then-named"] == "A" && first["named-then-bind"] == "A" && first["bind-then-anonymous"] == "A" && first["anonymous-then-bind"] == "A"
	below := first["anonymous-below-bind"] == "A" && first["named-below-bind"] == "A"
	j := record.Judgement{Verdict: claim.VerdictOf(wins, below), Tables: []record.Sheet{t, later}, Transcripts: m.transcripts()}
	switch {
	case wins:
		j.Why = "the volume's files are served in either order of the entries"
	case lastCounts:
		j.Why = "at one path the entry that stands last in the file counts, whichever kind it is"
	default:
		j.Why = "at one path it depends on more than the order of the entries; see the table"
	}
	j.Why += claim.Said(claim.Fact{below, "; a volume below a bind mount, at a longer path, is served instead of the host's folder", "; a volume below a bind mount is hidden by it"})
	j.Evidence = []string{"A volume is filled from the image while it is empty, and never again: a later image's files stay unseen until the volume is removed."}
	return j
}

func HotReload() claim.Claim {
	return claim.Claim{
		ID:    "hot-reload",
		Words: "In development a bind mount gives hot reload: FastAPI with --reload, Go with DEV=true; embedded files need a rebuild.",
		Test:  "Run dockerfiles/compose/reload.yaml by Docker Compose, save files on the host, and take the time from each save to the first answer with it",
		Run:   observing(reloading, JudgeReloading),
	}
}

func JudgeReloading(r Reloading) record.Judgement {
	t := record.Sheet{Name: "save-to-answer", Title: "From a save to an answer with it", Doc: "The time from writing the file on the host to the first answer that has it; asked every 2 ms or less often.",
		Head: []string{"way", "file saved", "saves", "least, ms", "median, ms", "most, ms"}}
	for _, w := range []struct {
		way   string
		saves Saves
	}{{"Go with DEV=true, folder mounted", r.GoDev}, {"uvicorn --reload, sources mounted", r.FastAPI}, {"embedded: docker compose up --build", r.GoEmbedded}} {
		s := slices.Sorted(slices.Values(w.saves.Seen))
		row := []string{w.way, w.saves.File, fmt.Sprint(len(s)), "–", "–", "–"}
		if len(s) > 0 {
			row[3], row[4], row[5] = claim.Milliseconds(s[0]), claim.Milliseconds(claim.Median(s)), claim.Milliseconds(s[len(s)-1])
		}
		t.Rows = append(t.Rows, row)
	}
	hot := len(r.FastAPI.Seen) == HotSaves && len(r.GoDev.Seen) == HotSaves
	rebuild := !r.Unbuilt.Seen && !r.Unbuilt.SeenByRestart && len(r.GoEmbedded.Seen) > 0
	j := record.Judgement{Verdict: claim.VerdictOf(hot, rebuild), Tables: []record.Sheet{t}, Transcripts: r.transcripts()}
	if !hot {
		j.Why = "a save was not seen by a server that should reload"
	} else {
		j.Why = fmt.Sprintf("a save is seen after %s ms with DEV=true and after %s ms with uvicorn --reload (medians)", claim.Milliseconds(claim.Median(r.GoDev.Seen)), claim.Milliseconds(claim.Median(r.FastAPI.Seen)))
	}
	j.Why += claim.Said(claim.Fact{rebuild, fmt.Sprintf("; embedded files need a build, %s s from save to answer, and neither waiting nor a restart shows them before", claim.Seconds(claim.Median(r.GoEmbedded.Seen))),
		"; embedded files were seen without a build"})
	return j
}

var ofThisFile = regexp.MustCompile(`\b[A-Z_]+=\S+ | -f \S+`)

// shortCommand leaves out of a command which variables it is given and which Compose file it is about.
func shortCommand(typed string) string { return ofThisFile.ReplaceAllString(typed, "") }

// transcribed is what an experiment with Docker Compose saw, with what was typed.
type transcribed interface {
	transcripts() []record.Transcript
}

func (s Seeding) transcripts() []record.Transcript     { return claim.Transcript(s.Tool, s.Transcript) }
func (d Development) transcripts() []record.Transcript { return claim.Transcript(d.Tool, d.Transcript) }
func (m Mounts) transcripts() []record.Transcript      { return claim.Transcript(m.Tool, m.Transcript) }
func (r Reloading) transcripts() []record.Transcript   { return claim.Transcript(r.Tool, r.Transcript) }

// observing judges by an experiment. One that breaks off leaves what it has told until then.
func observing[T transcribed](observe func(context.Context, *lab.Lab) (T, error), judge func(T) record.Judgement) func(context.Context, *claim.Bench) (record.Judgement, error) {
	return func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
		seen, err := observe(ctx, b.Lab)
		if err != nil {
			return record.Judgement{Transcripts: seen.transcripts()}, err
		}
		return judge(seen), nil
	}
}
