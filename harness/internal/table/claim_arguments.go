package table

import (
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/record"
)

func argumentsText(o record.Observed) claimText {
	seen := *o.BuildArguments
	text := claimText{sheets: []claimSheet{scopesSheet(seen.Scopes), appBuildsSheet(seen)}}
	text.why = say(
		finding{seen.OnBase(),
			"the base image is the one that was given", "the base image is not the one that was given"},
		finding{seen.Development.Bytes != seen.Production.Bytes,
			fmt.Sprintf("NODE_ENV=development makes scripts of %s kB instead of %s kB",
				wholeKB(seen.Development.Bytes), wholeKB(seen.Production.Bytes)),
			"NODE_ENV=development makes scripts of the same size"})
	redeclared := func(s record.ArgumentScope) bool {
		return s.Before == record.UnsetVariable && s.After != record.UnsetVariable
	}
	if !slices.ContainsFunc(seen.Scopes, func(s record.ArgumentScope) bool { return !redeclared(s) }) {
		text.why += "; but an argument declared before FROM is unset in a stage until it is declared again"
	}
	if !seen.EarlyProduction.Built {
		if seen.EarlyDevelopment.Built {
			text.why += ", and NODE_ENV=production above npm ci breaks the build, since the build tools are " +
				"development dependencies"
		}
		text.transcripts = []record.Transcript{{
			Title: "NODE_ENV=production above npm ci", Lines: strings.Split(seen.EarlyProduction.Log, "\n"),
		}}
	}
	if seen.Secret.StageHistory {
		text.evidence = append(text.evidence, fmt.Sprintf("An argument is no place for a secret: its value remains in "+
			"the history of the stage's image: %s.", seen.Secret.Instruction))
	}
	text.evidence = append(text.evidence, fmt.Sprintf("The value is in the history of the final image, which copies "+
		"one file from that stage: %s; in the environment of containers: %s.",
		yesNo(seen.Secret.FinalHistory), yesNo(seen.Secret.StageEnv)))
	return text
}

func wholeKB(n int64) string { return fmt.Sprintf("%.0f", float64(n)/1e3) }

func scopesSheet(scopes []record.ArgumentScope) claimSheet {
	t := claimSheet{
		title: "What a stage sees of NODE_ENV",
		doc:   "It is declared before the first FROM, with a default, and again in the stage.",
		sheet: sheet{head: []string{"given", "in the stage, before it is declared again", "after",
			"in the environment of RUN", "in the environment of containers", "on the base given"}},
	}
	for _, s := range scopes {
		runtime, has := s.Runtime("NODE_ENV")
		if !has {
			runtime = record.UnsetVariable
		}
		t.rows = append(t.rows, []string{orNone(s.Given), s.Before, s.After, s.Process, runtime, yesNo(s.OnBase)})
	}
	return t
}

func appBuildsSheet(seen record.BuildArgumentsObserved) claimSheet {
	t := claimSheet{
		title: "The app's build",
		doc:   "Its scripts, uncompressed, and their forms precompressed by gzip.",
		sheet: sheet{head: []string{"NODE_ENV", "scripts", "kB", "kB by gzip", "React's warnings", "paths of sources",
			"the usual build, byte for byte"}},
	}
	for _, b := range []struct {
		env string
		app record.AppBuild
	}{{"production", seen.Production}, {"development", seen.Development}} {
		t.rows = append(t.rows, []string{
			b.env, fmt.Sprint(b.app.Scripts), wholeKB(b.app.Bytes), wholeKB(b.app.Gzip),
			yesNo(b.app.Warnings), yesNo(b.app.Paths), yesNo(b.app.Usual),
		})
	}
	return t
}
