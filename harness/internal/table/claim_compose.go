package table

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"spabench/harness/internal/record"
)

func seedText(o record.Observed) claimText {
	s := o.Seed
	return claimText{
		why: say(
			finding{s.StartedSeeded(),
				fmt.Sprintf("the app started %d ms after the seeder had exited, and serves its %d books",
					s.First.Delay().Milliseconds(), s.First.Books),
				"the app did not wait for the seeder"},
			finding{s.Survived(),
				"a book that was added is still there after down and up",
				"a book that was added is lost after down and up"},
			finding{s.FailureStops(),
				fmt.Sprintf("a seeder that fails (exit code %d) keeps the app from starting", s.Failing.SeedExitCode),
				"a seeder that fails does not keep the app from starting"},
		),
		evidence: []string{
			fmt.Sprintf("The app without the seeder, on an empty volume: %s with exit code %d.",
				s.Unseeded.AppStatus, s.Unseeded.AppExitCode),
			"The seeder runs at each up, and leaves a volume that has data as it is.",
		},
	}
}

func anonymousVolumeText(o record.Observed) claimText {
	v := o.AnonymousVolume
	steps := claimSheet{
		title: "After a build",
		doc: "The steps follow one another in one project; before each, the sources are those of the build that the " +
			"image then has. Volumes left over: anonymous volumes that no container uses any more.",
		sheet: sheet{head: []string{
			"command", "build in the image", "visitor gets", "new container", "volumes left over",
		}},
	}
	var renewed []string
	for i, s := range v.Steps {
		command := shortCommands(s.Commands)
		steps.rows = append(steps.rows, []string{command, s.Built, s.Page, yesNo(s.Recreated), fmt.Sprint(s.Left)})
		if i > 0 && !s.Advised && s.Current() {
			renewed = append(renewed, "“"+command+"”")
		}
	}
	text := claimText{sheets: []claimSheet{steps}}
	text.why = say(
		finding{v.BuildVisible(), "the built files stay visible below the bind mount",
			"the built files are hidden by the bind mount"},
		finding{v.AdviceWorks(), "up --build brings the new build",
			"up --build still serves the old build, because the new container inherits the old container's volume"},
	)
	if !v.AdviceWorks() && len(renewed) > 0 {
		text.why += "; the new build came with " + list(renewed)
	}
	text.evidence = []string{"On the host, the folder at the path of the volume is " + hostFolder(v.HostFolder) + "."}
	return text
}

func hostFolder(f record.HostFolder) string {
	switch {
	case !f.Exists:
		return "absent"
	case f.Entries == 0:
		return "empty"
	}
	return fmt.Sprintf("not empty (%d entries)", f.Entries)
}

func mountsText(o record.Observed) claimText {
	m := o.Mounts
	text := claimText{sheets: []claimSheet{servedFiles(m.Steps[0]), laterImages(m.Steps[1:])}}
	switch {
	case m.VolumeWins():
		text.why = "the volume's files are served, in either order of the entries"
	case m.LastWins():
		text.why = "of two entries for one path, the last one in the file wins, whichever kind it is"
	default:
		text.why = "which of two entries for one path wins depends on more than their order; see the table"
	}
	text.why += "; " + say(finding{m.VolumeBelowWins(),
		"a volume below a bind mount, at a longer path, is served instead of the host's folder",
		"a volume below a bind mount is hidden by it"})
	text.evidence = []string{"A volume is filled from the image only while it is empty: " +
		"the files of a later image stay invisible until the volume is removed."}
	return text
}

func servedFiles(first record.MountsStep) claimSheet {
	t := claimSheet{
		title: "Whose files are served",
		doc:   "One service for each, with build A in the image and another page in the host's folder.",
		sheet: sheet{head: []string{"mounts", "visitor gets"}},
	}
	for _, service := range slices.Sorted(maps.Keys(first.Pages)) {
		gets := "the image's build " + first.Pages[service] + ", from the volume"
		if first.Pages[service] == "host" {
			gets = "the host's page"
		}
		t.rows = append(t.rows, []string{strings.ReplaceAll(service, "-", " "), gets})
	}
	return t
}

func laterImages(steps []record.MountsStep) claimSheet {
	t := claimSheet{
		title: "Another image",
		doc:   "What the volumes below a bind mount serve after the image has another build.",
		sheet: sheet{head: []string{"command", "build in the image", "anonymous volume", "named volume"}},
	}
	for _, s := range steps {
		t.rows = append(t.rows, []string{shortCommands(s.Commands), s.Built,
			s.Pages["anonymous-below-bind"], s.Pages["named-below-bind"]})
	}
	return t
}

func reloadText(o record.Observed) claimText {
	r := o.Reload
	t := claimSheet{
		title: "From a save to a response with it",
		doc: "The time from writing the file on the host to the first response that contains it; polled at intervals " +
			"of 2 ms or more.",
		sheet: sheet{head: []string{"method", "file saved", "saves seen", "minimum, ms", "median, ms", "maximum, ms"}},
	}
	for _, method := range []struct {
		name  string
		saves record.Saves
	}{
		{"Go with DEV=true, folder mounted", r.GoDev},
		{"uvicorn --reload, sources mounted", r.FastAPI},
		{"embedded: docker compose up --build", r.GoEmbedded},
	} {
		row := []string{method.name, method.saves.File, fmt.Sprint(len(method.saves.Seen)), missing, missing, missing}
		if seen := method.saves.Seen; len(seen) > 0 {
			row = append(row[:3], asMilliseconds(slices.Min(seen)), asMilliseconds(medianDuration(seen)),
				asMilliseconds(slices.Max(seen)))
		}
		t.rows = append(t.rows, row)
	}
	return claimText{sheets: []claimSheet{t}, why: say(
		finding{r.Hot(),
			fmt.Sprintf("a save is seen after %s ms with DEV=true and after %s ms with uvicorn --reload (medians)",
				asMilliseconds(medianDuration(r.GoDev.Seen)), asMilliseconds(medianDuration(r.FastAPI.Seen))),
			"a save was not seen by a server that should reload"},
		finding{r.NeedsBuild(),
			fmt.Sprintf("embedded files need a build, %s s from save to response, and neither waiting nor a restart "+
				"shows them without one", asSeconds(medianDuration(r.GoEmbedded.Seen))),
			"embedded files were seen without a build, or not even after one"},
	)}
}

// optionsOfExperiment are the variables and the Compose file that a command is given, and that are not its point.
var optionsOfExperiment = regexp.MustCompile(`\b[A-Z_]+=\S+ | -f \S+`)

func shortCommands(commands []string) string {
	return optionsOfExperiment.ReplaceAllString(strings.Join(commands, "; "), "")
}
