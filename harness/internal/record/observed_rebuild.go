package record

import (
	"slices"
	"time"
)

// RebuildObserved is what each edit of the sources costs each variant.
type RebuildObserved struct {
	Controls []Rebuild     `json:"controls"` // of the unedited copy
	Edits    []RebuildEdit `json:"edits"`
}

// RebuildEdit is one edit, and the builds that followed it.
type RebuildEdit struct {
	Name     string    `json:"name"`
	What     string    `json:"what"`     // what is edited
	Expected []AppEnd  `json:"expected"` // the ends whose dependencies it should install again
	Bases    bool      `json:"bases"`    // the base images were changed, not the sources
	Builds   []Rebuild `json:"builds"`
}

// AppEnd is the part of an application that dependencies belong to.
type AppEnd string

// The ends of an application.
const (
	FrontEnd AppEnd = "front end"
	BackEnd  AppEnd = "back end"
)

// AppEnds returns both, in the order of the tables.
func AppEnds() []AppEnd { return []AppEnd{FrontEnd, BackEnd} }

// Rebuild is a build of all images of one variant on a warm layer cache.
type Rebuild struct {
	Variant   string              `json:"variant"`
	Steps     int                 `json:"steps"`      // instructions of its Dockerfiles that make an image
	StepsRun  int                 `json:"steps_run"`  // of them, those that did not come from the layer cache
	Installs  map[AppEnd][]string `json:"installs"`   // installers among the steps
	Installed map[AppEnd][]string `json:"installed"`  // of them, those that ran
	StepsTook time.Duration       `json:"steps_took"` // nanoseconds, of the steps that ran
	Took      time.Duration       `json:"took"`       // nanoseconds, until the engine had answered
	Pull      LayerPull           `json:"pull"`       // by a host that has the images from before the edit
}

// LayerPull is what a host pulls.
type LayerPull struct {
	Layers     int   `json:"layers"`
	Of         int   `json:"of"`         // layers of the images; one that several share counts once
	Compressed int64 `json:"compressed"` // bytes, gzip at its default level
}

// AsExpected reports whether a build installed again all dependencies that the edit concerns, and no others.
func (e RebuildEdit) AsExpected(b Rebuild) bool {
	for _, end := range AppEnds() {
		var want []string
		if slices.Contains(e.Expected, end) {
			want = b.Installs[end]
		}
		if !slices.Equal(want, b.Installed[end]) {
			return false
		}
	}
	return true
}

// Cached reports whether a build of unedited sources came from the layer cache, as a control should.
func (b Rebuild) Cached() bool { return b.StepsRun == 0 }

// InstallsBoth reports whether the variant has installers of both ends.
func (b Rebuild) InstallsBoth() bool {
	return len(b.Installs[FrontEnd]) > 0 && len(b.Installs[BackEnd]) > 0
}

// Counts returns how many builds followed edits of so many ends' dependencies, and how many of them were as expected.
func (o RebuildObserved) Counts(ends int) (expected, builds int) {
	for _, e := range o.Edits {
		if len(e.Expected) != ends {
			continue
		}
		for _, b := range e.Builds {
			builds++
			if e.AsExpected(b) {
				expected++
			}
		}
	}
	return expected, builds
}
