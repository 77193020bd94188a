package record

import "strings"

// BuildArgumentsObserved is what build arguments (ARG) do in the Dockerfiles of dockerfiles/arguments.
type BuildArgumentsObserved struct {
	Scopes []ArgumentScope `json:"scopes"`

	Production  AppBuild `json:"production"`  // of the app with NODE_ENV=production, which is the Dockerfile's default
	Development AppBuild `json:"development"` // with NODE_ENV=development

	// The same argument, declared above npm ci.
	EarlyProduction  EarlyBuild `json:"early_production"`
	EarlyDevelopment EarlyBuild `json:"early_development"`

	Secret SecretArgument `json:"secret"`
}

// UnsetVariable stands for the value of a variable that does not exist.
const UnsetVariable = "unset"

// ArgumentScope is what a stage sees of NODE_ENV, which is declared with a default before the first FROM, and once more
// in the stage.
type ArgumentScope struct {
	Given   string   `json:"given"`   // the value that the build was given; "" for none
	Before  string   `json:"before"`  // in the stage, above its declaration
	After   string   `json:"after"`   // below it
	Process string   `json:"process"` // in the environment of a process that RUN starts, below it
	Env     []string `json:"env"`     // of the image, and so of its containers: NAME=value
	OnBase  bool     `json:"on_base"` // the image is built on the base that NODE_IMAGE names
}

// Runtime returns the value that containers of the image have of a variable, and whether they have it.
func (s ArgumentScope) Runtime(name string) (string, bool) {
	for _, v := range s.Env {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value, true
		}
	}
	return "", false
}

// AppBuild is a build of the app, described by its scripts, uncompressed.
type AppBuild struct {
	Scripts  int   `json:"scripts"`  // files that end with .js
	Bytes    int64 `json:"bytes"`    // of them
	Lines    int   `json:"lines"`    // of them: minified ones have few
	Gzip     int64 `json:"gzip"`     // bytes of their .gz forms
	Warnings bool  `json:"warnings"` // they contain React's warnings for developers
	Paths    bool  `json:"paths"`    // they contain paths of the sources in the build stage
	Usual    bool  `json:"usual"`    // every file is that of the build without the argument, byte for byte
}

// EarlyBuild is a build that may fail.
type EarlyBuild struct {
	Built bool   `json:"built"`
	Log   string `json:"log,omitempty"` // the end of its output, if it failed
}

// SecretArgument is where the value of an argument is found after the build: it was made up for this build alone.
type SecretArgument struct {
	Used         bool   `json:"used"`          // the build had it
	StageHistory bool   `json:"stage_history"` // it is in the history of the image of the stage that declares it
	Instruction  string `json:"instruction"`   // of that history, with VALUE in place of the value
	StageEnv     bool   `json:"stage_env"`     // it is in the environment of that image's containers
	FinalHistory bool   `json:"final_history"` // it is in the history of the image that copies a file from that stage
}

// OnBase reports whether every image was built on the base that was given.
func (o BuildArgumentsObserved) OnBase() bool {
	for _, s := range o.Scopes {
		if !s.OnBase {
			return false
		}
	}
	return true
}
