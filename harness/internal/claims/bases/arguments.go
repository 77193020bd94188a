package bases

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/rig"
)

// ArgumentsSeen is what was seen of build arguments (ARG) in the Dockerfiles of dockerfiles/arguments.
type ArgumentsSeen struct {
	Scopes []ArgumentScope `json:"scopes"`

	Production  AppBuild `json:"production"`  // of the app with NODE_ENV=production, which is the Dockerfile's default
	Development AppBuild `json:"development"` // with NODE_ENV=development

	// The same argument where npm ci sees it, too.
	EarlyProduction  EarlyBuild `json:"early_production"`
	EarlyDevelopment EarlyBuild `json:"early_development"`

	Secret SecretArgument `json:"secret"`
}

// ArgumentScope is what a stage sees of NODE_ENV, which is declared before the first FROM with a default, and once more
// in the stage. A variable that is not there is "unset".
type ArgumentScope struct {
	Given   string   `json:"given"`   // the value that the build was given; "" for none
	Before  string   `json:"before"`  // in the stage, above its declaration
	After   string   `json:"after"`   // below it
	Process string   `json:"process"` // in the environment of a process that RUN starts, below it
	Env     []string `json:"env"`     // of the image, and so of its containers: NAME=value
	OnBase  bool     `json:"on_base"` // the image stands on the base that NODE_IMAGE names
}

// Runs returns the value that containers of the image have of a variable, and whether they have it.
func (s ArgumentScope) Runs(name string) (string, bool) {
	for _, v := range s.Env {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value, true
		}
	}
	return "", false
}

// AppBuild is a build of the app, by its scripts: what it has of a script once, uncompressed.
type AppBuild struct {
	Scripts int   `json:"scripts"` // files that end with .js
	Bytes   int64 `json:"bytes"`   // of them
	Lines   int   `json:"lines"`   // of them: minified ones have few
	Gzip    int64 `json:"gzip"`    // bytes of their .gz forms
	// Warnings says that React's warnings for developers are in it, Paths that paths of the build stage's sources are.
	Warnings bool `json:"warnings"`
	Paths    bool `json:"paths"`
	Usual    bool `json:"usual"` // every file is that of the build without the argument, byte for byte
}

// EarlyBuild is a build that may fail.
type EarlyBuild struct {
	Built bool   `json:"built"`
	Log   string `json:"log,omitempty"` // the end of its output, if it failed
}

// SecretArgument is where the value of an argument is found after the build: it was made up for this build alone.
type SecretArgument struct {
	Used         bool   `json:"used"`          // the build had it
	StageHistory bool   `json:"stage_history"` // in the history of the stage's image that declares it
	Instruction  string `json:"instruction"`   // of that history, with the value in it as VALUE
	StageEnv     bool   `json:"stage_env"`     // in the environment of that image's containers
	FinalHistory bool   `json:"final_history"` // in the history of the image that copies a file from that stage
}

func nodeEnv(value string) lab.Edition {
	return lab.Edition{Name: value, Arg: "NODE_ENV", Value: value}
}

// buildArguments builds those Dockerfiles, some twice, and looks at what came of it.
func buildArguments(ctx context.Context, l *lab.Lab) (seen ArgumentsSeen, err error) {
	for _, e := range []lab.Edition{lab.Usual, nodeEnv("development")} {
		scope, err := argumentScope(ctx, l, e)
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
	for value, to := range map[string]*AppBuild{"production": &seen.Production, "development": &seen.Development} {
		if *to, err = appBuild(ctx, l, nodeEnv(value), usual.FS); err != nil {
			return seen, err
		}
	}
	for value, to := range map[string]*EarlyBuild{"production": &seen.EarlyProduction, "development": &seen.EarlyDevelopment} {
		_, err := l.BuildStage(ctx, "arguments/early", "", nodeEnv(value))
		failed := new(lab.BuildError)
		if err != nil && (!errors.As(err, &failed) || ctx.Err() != nil) {
			return seen, err
		}
		*to = EarlyBuild{Built: err == nil, Log: failed.Log}
	}
	seen.Secret, err = secretArgument(ctx, l)
	return seen, err
}

func argumentScope(ctx context.Context, l *lab.Lab, e lab.Edition) (ArgumentScope, error) {
	s := ArgumentScope{Given: e.Value}
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
	s.OnBase = len(base) > 0 && len(layers) > len(base) && slices.EqualFunc(base, layers[:len(base)], func(a, b lab.Layer) bool { return a.ID == b.ID })
	return s, nil
}

func appBuild(ctx context.Context, l *lab.Lab, e lab.Edition, usual fs.FS) (b AppBuild, err error) {
	ref, err := l.BuildStage(ctx, "arguments/environment", "", e)
	if err != nil {
		return b, err
	}
	err = rig.WithExtracted(ctx, l, ref, "/dist", func(fsys fs.FS) error {
		names := map[fs.FS]int{}
		for _, of := range []fs.FS{fsys, usual} {
			if err := fs.WalkDir(of, ".", func(_ string, d fs.DirEntry, err error) error {
				if err == nil && !d.IsDir() {
					names[of]++
				}
				return err
			}); err != nil {
				return err
			}
		}
		b.Usual = names[fsys] == names[usual]
		return fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := fs.ReadFile(fsys, name)
			if err != nil {
				return err
			}
			same, missing := fs.ReadFile(usual, name)
			b.Usual = b.Usual && missing == nil && bytes.Equal(content, same)
			b.add(name, content)
			return nil
		})
	})
	return b, err
}

func (b *AppBuild) add(name string, content []byte) {
	switch {
	case path.Ext(name) == ".js":
		b.Scripts++
		b.Bytes += int64(len(content))
		b.Lines += bytes.Count(content, []byte("\n"))
		b.Warnings = b.Warnings || bytes.Contains(content, []byte("Hooks can only be called inside of the body of a function component"))
		b.Paths = b.Paths || bytes.Contains(content, []byte("/spa/src/"))
	case strings.HasSuffix(name, ".js.gz"):
		b.Gzip += int64(len(content))
	}
}

func secretArgument(ctx context.Context, l *lab.Lab) (s SecretArgument, err error) {
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
	if err := rig.WithExtracted(ctx, l, stage, "/out", func(fsys fs.FS) error {
		length, err := fs.ReadFile(fsys, "length")
		s.Used = strings.TrimSpace(string(length)) == "26" // rand.Text's
		return err
	}); err != nil {
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
	s.StageEnv = strings.Contains(strings.Join(config.Env, "\n"), value)
	return s, err
}
