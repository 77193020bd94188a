package record

import (
	"slices"
	"time"
)

// SeedObserved is what dockerfiles/compose/seed.yaml did: one service fills a volume, then the server starts.
type SeedObserved struct {
	// The entry points of the image that is built without a target, and of the seed stage.
	DefaultEntrypoint []string `json:"default_entrypoint"`
	SeedEntrypoint    []string `json:"seed_entrypoint"`

	First    SeededStart `json:"first"`      // up, with an empty volume
	Again    SeededStart `json:"again"`      // up, after a book was added, and down
	BookKept bool        `json:"book_kept"`  // that book was still there
	Failing  SeededStart `json:"seed_fails"` // up, with an empty volume and a seeder that fails
	Unseeded SeededStart `json:"unseeded"`   // up of the server alone, after that
}

// SeededStart is one docker compose up of seed.yaml.
type SeededStart struct {
	ExitCode     int       `json:"exit_code"` // of the command
	SeedStatus   string    `json:"seed_status"`
	SeedExitCode int       `json:"seed_exit_code"`
	SeedFinished time.Time `json:"seed_finished,omitzero"`
	AppStatus    string    `json:"app_status"`
	AppExitCode  int       `json:"app_exit_code"`
	AppStarted   time.Time `json:"app_started,omitzero"` // zero: never
	Books        int       `json:"books"`                // that its API lists; 0 where it does not answer
}

// Waited reports whether the server started after the seeder had ended successfully.
func (s SeededStart) Waited() bool {
	return s.SeedStatus == "exited" && s.SeedExitCode == 0 &&
		!s.AppStarted.IsZero() && !s.AppStarted.Before(s.SeedFinished)
}

// Delay is the time from the end of the seeder to the start of the server.
func (s SeededStart) Delay() time.Duration { return s.AppStarted.Sub(s.SeedFinished) }

// StartedSeeded reports whether the server waited for the data, and serves it.
func (o SeedObserved) StartedSeeded() bool {
	return o.First.Waited() && o.First.AppStatus == "running" && o.First.Books > 0
}

// Survived reports whether the data outlived down and up.
func (o SeedObserved) Survived() bool { return o.BookKept && o.Again.Waited() }

// FailureStops reports whether a seeder that fails keeps the server from starting.
func (o SeedObserved) FailureStops() bool {
	return o.Failing.AppStarted.IsZero() && o.Failing.ExitCode != 0
}

// AnonymousVolumeObserved is what dockerfiles/compose/dev.yaml did: the host's sources are mounted over the image's,
// and an anonymous volume keeps the built files below them.
type AnonymousVolumeObserved struct {
	Steps      []VolumeStep `json:"steps"`
	HostFolder HostFolder   `json:"host_folder"` // on the host, at the path that the volume is mounted on
}

// VolumeStep is what commands made of the page.
type VolumeStep struct {
	Commands  []string `json:"commands"`
	Advised   bool     `json:"advised,omitempty"` // the claim says that these commands bring the new build
	Built     string   `json:"built"`             // the build in the image, after them
	Page      string   `json:"page"`              // the build that a visitor gets
	Recreated bool     `json:"recreated"`         // the container is of another image than in the step before
	Left      int      `json:"left_over"`         // anonymous volumes that they left without a container
}

// HostFolder is a folder on the host.
type HostFolder struct {
	Exists  bool `json:"exists"`
	Entries int  `json:"entries"`
}

// Current reports whether the visitor gets the build that the image has.
func (s VolumeStep) Current() bool { return s.Page == s.Built }

// BuildVisible reports whether the built files were served although sources are mounted over them.
func (o AnonymousVolumeObserved) BuildVisible() bool { return len(o.Steps) > 0 && o.Steps[0].Current() }

// AdviceWorks reports whether the commands that the claim advises brought the new build.
func (o AnonymousVolumeObserved) AdviceWorks() bool {
	return !slices.ContainsFunc(o.Steps, func(s VolumeStep) bool { return s.Advised && !s.Current() })
}

// MountsObserved is what dockerfiles/compose/mounts.yaml served where a volume, a bind mount and the image have files
// at one path, and what became of it with another image.
type MountsObserved struct {
	Steps []MountsStep `json:"steps"`
}

// MountsStep is what commands made of the pages.
type MountsStep struct {
	Commands []string          `json:"commands"`
	Built    string            `json:"built"` // the build in the image
	Pages    map[string]string `json:"pages"` // by service: the build A or B, "host" for the host's page, or the status
}

// VolumeWins reports whether the volume's files are served in either order of the entries.
func (o MountsObserved) VolumeWins() bool {
	return o.served("A", "bind-then-named", "named-then-bind", "bind-then-anonymous", "anonymous-then-bind")
}

// LastWins reports whether the entry that stands last is served, whichever its kind.
func (o MountsObserved) LastWins() bool {
	return o.served("A", "bind-then-named", "bind-then-anonymous") &&
		o.served("host", "named-then-bind", "anonymous-then-bind")
}

// VolumeBelowWins reports whether a volume below a bind mount, at a longer path, is served.
func (o MountsObserved) VolumeBelowWins() bool {
	return o.served("A", "anonymous-below-bind", "named-below-bind")
}

// served reports whether each of these services first served that page.
func (o MountsObserved) served(page string, services ...string) bool {
	return len(o.Steps) > 0 &&
		!slices.ContainsFunc(services, func(name string) bool { return o.Steps[0].Pages[name] != page })
}

// ReloadObserved is how soon dockerfiles/compose/reload.yaml served what was saved on the host.
type ReloadObserved struct {
	FastAPI    Saves   `json:"fastapi"`     // uvicorn --reload, a source file of the server
	GoDev      Saves   `json:"go_dev"`      // DEV=true, a built file
	GoEmbedded Saves   `json:"go_embedded"` // docker compose up --build after each save, a source file of the app
	Unbuilt    Unbuilt `json:"unbuilt"`     // what the embedded app served before its first build
}

// Saves are saves of one file.
type Saves struct {
	File  string          `json:"file"`
	Saved int             `json:"saved"` // how often; the first save that is not served is the last
	Seen  []time.Duration `json:"seen"`  // nanoseconds from each save to the first response with it
}

// Unbuilt reports whether a save was served although nothing was built.
type Unbuilt struct {
	Waited        time.Duration `json:"waited"` // nanoseconds, for each
	Seen          bool          `json:"seen"`
	SeenByRestart bool          `json:"seen_by_restart"` // after docker compose restart
}

// AllSeen reports whether every save was served.
func (s Saves) AllSeen() bool { return s.Saved > 0 && len(s.Seen) == s.Saved }

// Hot reports whether both development servers served every save.
func (o ReloadObserved) Hot() bool { return o.FastAPI.AllSeen() && o.GoDev.AllSeen() }

// NeedsBuild reports whether the embedded app served saves after a build, and not before.
func (o ReloadObserved) NeedsBuild() bool {
	return !o.Unbuilt.Seen && !o.Unbuilt.SeenByRestart && len(o.GoEmbedded.Seen) > 0
}
