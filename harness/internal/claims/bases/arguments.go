package bases

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

// BuildArguments tests what build arguments configure.
func BuildArguments() claim.Claim {
	return claim.Claim{
		ID:    "build-arguments",
		Words: "ARG configures the build: NODE_ENV, and the base images.",
		Test: "Build the Dockerfiles of dockerfiles/arguments with and without arguments, and read what the stages " +
			"see of them, how the app's build changes, and where their values remain",
		Run: func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
			seen, err := observeArguments(ctx, b.Lab)
			if err != nil {
				return record.Judgement{}, err
			}
			observed := record.Observed{BuildArguments: &seen}
			return record.Judgement{Verdict: judgeArguments(seen), Observed: observed}, nil
		},
	}
}

// judgeArguments asks whether the base is the one given, whether NODE_ENV changes the build, whether it may be declared
// above npm ci, and whether a value leaves no trace.
func judgeArguments(seen record.BuildArgumentsObserved) record.Verdict {
	configures := seen.Production.Usual && seen.Development.Warnings && seen.Development.Bytes > seen.Production.Bytes
	return claim.VerdictOf(seen.OnBase(), configures, seen.EarlyProduction.Built, !seen.Secret.StageHistory)
}

func nodeEnv(value string) lab.Edition {
	return lab.Edition{Name: value, Arg: "NODE_ENV", Value: value}
}

// observeArguments builds the Dockerfiles of dockerfiles/arguments, some of them twice, and looks at the results.
func observeArguments(ctx context.Context, l *lab.Lab) (seen record.BuildArgumentsObserved, err error) {
	for _, e := range []lab.Edition{lab.Usual, nodeEnv("development")} {
		scope, err := observeScope(ctx, l, e)
		if err != nil {
			return seen, err
		}
		seen.Scopes = append(seen.Scopes, scope)
	}
	usual, err := rig.BuildDist(ctx, l, "", lab.Usual)
	if err != nil {
		return seen, err
	}
	defer func() { err = errors.Join(err, usual.Remove()) }()
	for _, b := range []struct {
		env   string
		app   *record.AppBuild
		early *record.EarlyBuild
	}{
		{"production", &seen.Production, &seen.EarlyProduction},
		{"development", &seen.Development, &seen.EarlyDevelopment},
	} {
		if *b.app, err = observeApp(ctx, l, nodeEnv(b.env), usual.FS); err != nil {
			return seen, err
		}
		if *b.early, err = observeEarly(ctx, l, nodeEnv(b.env)); err != nil {
			return seen, err
		}
	}
	seen.Secret, err = observeSecret(ctx, l)
	return seen, err
}

// observeEarly builds the app with the argument declared above npm ci. That the build fails is an observation.
func observeEarly(ctx context.Context, l *lab.Lab, e lab.Edition) (record.EarlyBuild, error) {
	_, err := l.BuildStage(ctx, "arguments/early", "", e)
	failed := new(lab.BuildError)
	if err != nil && (!errors.As(err, &failed) || ctx.Err() != nil) {
		return record.EarlyBuild{}, err
	}
	return record.EarlyBuild{Built: err == nil, Log: failed.Log}, nil
}

// observeScope reads what the stage saw of the argument, and which base its image is built on.
func observeScope(ctx context.Context, l *lab.Lab, e lab.Edition) (record.ArgumentScope, error) {
	s := record.ArgumentScope{Given: e.Value}
	ref, err := l.BuildStage(ctx, "arguments/scope", "", e)
	if err != nil {
		return s, err
	}
	err = rig.WithExtracted(ctx, l, ref, "/seen", func(fsys fs.FS) (err error) {
		for name, to := range map[string]*string{"before": &s.Before, "after": &s.After, "process": &s.Process} {
			content, failed := fs.ReadFile(fsys, name)
			*to, err = string(content), errors.Join(err, failed)
		}
		return err
	})
	if err != nil {
		return s, err
	}
	config, err := l.Config(ctx, ref)
	if err != nil {
		return s, err
	}
	s.Env = config.Env
	layers, err := l.Layers(ctx, ref)
	if err != nil {
		return s, err
	}
	base, err := l.Layers(ctx, rig.BaseImage(l, "NODE_IMAGE").Image)
	if err != nil {
		return s, err
	}
	sameLayer := func(a, b lab.Layer) bool { return a.ID == b.ID }
	s.OnBase = len(base) > 0 && len(layers) > len(base) && slices.EqualFunc(base, layers[:len(base)], sameLayer)
	return s, nil
}

// observeApp builds the app, and compares it with the usual build.
func observeApp(ctx context.Context, l *lab.Lab, e lab.Edition, usual fs.FS) (b record.AppBuild, err error) {
	ref, err := l.BuildStage(ctx, "arguments/environment", "", e)
	if err != nil {
		return b, err
	}
	err = rig.WithExtracted(ctx, l, ref, "/dist", func(dist fs.FS) error {
		if b, err = readApp(dist); err != nil {
			return err
		}
		b.Usual, err = sameFiles(dist, usual)
		return err
	})
	return b, err
}

// readApp describes a build of the app by its scripts.
func readApp(dist fs.FS) (b record.AppBuild, err error) {
	err = fs.WalkDir(dist, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(dist, name)
		if err != nil {
			return err
		}
		switch {
		case path.Ext(name) == ".js":
			b.Scripts++
			b.Bytes += int64(len(content))
			b.Lines += bytes.Count(content, []byte("\n"))
			b.Warnings = b.Warnings || bytes.Contains(content, reactWarning)
			b.Paths = b.Paths || bytes.Contains(content, []byte("/spa/src/"))
		case strings.HasSuffix(name, ".js.gz"):
			b.Gzip += int64(len(content))
		}
		return nil
	})
	return b, err
}

// reactWarning is in React's development build alone.
var reactWarning = []byte("Hooks can only be called inside of the body of a function component")

// sameFiles reports whether two trees have the same files with the same content.
func sameFiles(a, b fs.FS) (bool, error) {
	files := func(tree fs.FS) (map[string]string, error) {
		contents := map[string]string{}
		err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := fs.ReadFile(tree, name)
			contents[name] = string(content)
			return err
		})
		return contents, err
	}
	inA, err := files(a)
	if err != nil {
		return false, err
	}
	inB, err := files(b)
	return maps.Equal(inA, inB), err
}

// observeSecret gives a build a value that nobody else knows, and looks for it afterwards.
func observeSecret(ctx context.Context, l *lab.Lab) (s record.SecretArgument, err error) {
	value := rand.Text()
	given := lab.Edition{Name: "given", Arg: "TOKEN", Value: value}
	stage, err := l.BuildStage(ctx, "arguments/leak", "build", given)
	if err != nil {
		return s, err
	}
	final, err := l.BuildStage(ctx, "arguments/leak", "", given)
	if err != nil {
		return s, err
	}
	err = rig.WithExtracted(ctx, l, stage, "/out", func(out fs.FS) error {
		length, err := fs.ReadFile(out, "length")
		s.Used = strings.TrimSpace(string(length)) == strconv.Itoa(len(value))
		return err
	})
	if err != nil {
		return s, err
	}
	history, err := l.History(ctx, stage)
	if err != nil {
		return s, err
	}
	if i := slices.IndexFunc(history, func(h string) bool { return strings.Contains(h, value) }); i >= 0 {
		s.StageHistory, s.Instruction = true, strings.ReplaceAll(history[i], value, "VALUE")
	}
	if history, err = l.History(ctx, final); err != nil {
		return s, err
	}
	s.FinalHistory = strings.Contains(strings.Join(history, "\n"), value)
	config, err := l.Config(ctx, stage)
	if err != nil {
		return s, err
	}
	s.StageEnv = strings.Contains(strings.Join(config.Env, "\n"), value)
	return s, nil
}
