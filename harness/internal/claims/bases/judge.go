package bases

import (
	"context"
	"fmt"
	"strings"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/inventory"
	"spabench/harness/internal/record"
)

func StaticBinary() claim.Claim {
	return claim.Claim{
		ID:    "static-binary",
		Words: "Go compiles to a static binary that runs on any base image.",
		Test:  "Build the same server with SQLite in Go and with SQLite's own C by cgo, put each on every base that can be had, read what the program is linked with, and start it; Python slim and full beside it",
		Run: func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
			if err := b.MakeApps(ctx); err != nil {
				return record.Judgement{}, err
			}
			seen, err := observeBases(ctx, b.Rig)
			if err != nil {
				return record.Judgement{}, err
			}
			return JudgeBases(seen), nil
		},
	}
}

func JudgeBases(seen BasesSeen) record.Judgement {
	t := record.Sheet{Name: "runtime-bases", Title: "Runtime bases", Doc: "The same server on each base. To pull: the layers' archives, compressed by gzip. Works: started with a read-only file system and no capability, page and API are right, and a write is kept.",
		Head: []string{"server", "base", "unpacked, MB", "to pull, MB", "layers", "shell", "packages", "program", "works"}}
	pure, cgo := true, true
	var words, bare []string
	j := record.Judgement{}
	for _, b := range seen.Bases {
		name := b.Name
		if b.StandIn {
			name += " (stand-in)"
		}
		if b.NotMeasured != "" {
			t.Rows = append(t.Rows, []string{b.Server, name, "not measured", "–", "–", "–", "–", "–", "–"})
			j.Evidence = append(j.Evidence, fmt.Sprintf("%s is not measured: %s.", b.Name, strings.TrimSuffix(b.NotMeasured, ".")))
			continue
		}
		program := "interpreted"
		if !strings.HasPrefix(b.Server, "fastapi") {
			program = "static"
			if !b.Static {
				program = "dynamic: " + strings.Join(append(append([]string{}, b.Libraries...), b.Missing...), ", ")
			}
		}
		t.Rows = append(t.Rows, []string{b.Server, name, claim.Megabytes(b.Unpacked), claim.Megabytes(b.Compressed), fmt.Sprint(b.Layers), claim.YesNo(b.Shell), packagesOf(b.Packages), program, claim.YesNo(b.Works)})
		switch b.Server {
		case "embedded-go":
			pure = pure && b.Static && b.Works
			bare = append(bare, fmt.Sprintf("%s (%s MB)", b.Name, claim.Megabytes(b.Unpacked)))
		case "embedded-go-cgo":
			if !b.Static {
				cgo = cgo && b.Works
				if !b.Works {
					words = append(words, fmt.Sprintf("the one made by cgo is linked with a libc and does not start on %s", b.Name))
				}
			}
		}
	}
	j.Verdict, j.Tables = claim.VerdictOf(pure, cgo), []record.Sheet{t}
	j.Why = claim.Said(claim.Fact{pure, "without cgo the binary is static and runs on " + strings.Join(bare, ", "), "the binary without cgo is not static, or does not run on every base"})
	if len(words) > 0 {
		j.Why += "; " + strings.Join(words, "; ") + ", unless the linker is told -static"
	}
	return j
}

// packagesOf names how many packages there are by manager.
func packagesOf(n map[inventory.Manager]int) string {
	var words []string
	for _, m := range inventory.Managers() {
		if n[m] > 0 {
			words = append(words, fmt.Sprintf("%d %s", n[m], m))
		}
	}
	return claim.OrNone(strings.Join(words, ", "))
}

func BuildArguments() claim.Claim {
	return claim.Claim{
		ID:    "build-arguments",
		Words: "ARG configures the build: NODE_ENV, and the base images.",
		Test:  "Build the Dockerfiles of dockerfiles/arguments with and without arguments, and read what the stages see, what the app's build becomes, and where the values stay",
		Run: func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
			seen, err := buildArguments(ctx, b.Lab)
			if err != nil {
				return record.Judgement{}, err
			}
			return JudgeArguments(seen), nil
		},
	}
}

func JudgeArguments(seen ArgumentsSeen) record.Judgement {
	scopes := record.Sheet{Name: "scopes", Title: "What a stage sees of NODE_ENV", Doc: "It is declared before the first FROM, with a default, and again in the stage.",
		Head: []string{"given", "in the stage, before it is declared again", "after", "in the environment of RUN", "in the environment of containers", "on the base given"}}
	base, again := true, true
	for _, s := range seen.Scopes {
		runs, has := s.Runs("NODE_ENV")
		if !has {
			runs = "unset"
		}
		scopes.Rows = append(scopes.Rows, []string{claim.OrNone(s.Given), s.Before, s.After, s.Process, runs, claim.YesNo(s.OnBase)})
		base = base && s.OnBase
		again = again && s.Before == "unset" && s.After != "unset"
	}
	builds := record.Sheet{Name: "app-builds", Title: "The app's build", Doc: "Its scripts, uncompressed, and their precompressed forms.",
		Head: []string{"NODE_ENV", "scripts", "kB", "kB by gzip", "React's warnings", "paths of sources", "byte for byte the usual build"}}
	for _, b := range []struct {
		env string
		app AppBuild
	}{{"production", seen.Production}, {"development", seen.Development}} {
		builds.Rows = append(builds.Rows, []string{b.env, fmt.Sprint(b.app.Scripts), fmt.Sprintf("%.0f", float64(b.app.Bytes)/1e3), fmt.Sprintf("%.0f", float64(b.app.Gzip)/1e3),
			claim.YesNo(b.app.Warnings), claim.YesNo(b.app.Paths), claim.YesNo(b.app.Usual)})
	}
	configures := seen.Development.Bytes > seen.Production.Bytes && seen.Development.Warnings && seen.Production.Usual
	j := record.Judgement{Verdict: claim.VerdictOf(base, configures, seen.EarlyProduction.Built, !seen.Secret.StageHistory), Tables: []record.Sheet{scopes, builds}}
	j.Why = fmt.Sprintf("the base is the one given: %s; NODE_ENV=development makes the scripts %.0f kB instead of %.0f kB", claim.YesNo(base), float64(seen.Development.Bytes)/1e3, float64(seen.Production.Bytes)/1e3)
	if again {
		j.Why += "; but an argument declared before FROM is unset in a stage until it is declared again"
	}
	if !seen.EarlyProduction.Built && seen.EarlyDevelopment.Built {
		j.Why += ", and NODE_ENV=production above npm ci breaks the build, since the build tools are development dependencies"
	}
	if seen.Secret.StageHistory {
		j.Evidence = append(j.Evidence, fmt.Sprintf("An argument is no secret: its value stands in the history of the stage's image: %s.", seen.Secret.Instruction))
	}
	j.Evidence = append(j.Evidence, fmt.Sprintf("It is in the history of the final image, which copies one file from that stage: %s; in the environment of containers: %s.", claim.YesNo(seen.Secret.FinalHistory), claim.YesNo(seen.Secret.StageEnv)))
	if !seen.EarlyProduction.Built {
		j.Transcripts = []record.Transcript{{Title: "NODE_ENV=production above npm ci", Lines: strings.Split(seen.EarlyProduction.Log, "\n")}}
	}
	return j
}
