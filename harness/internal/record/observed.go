package record

// Observed is what the test of a claim saw: numbers, names and times, from which the verdict follows and the sentences
// of a page are written. One field is set, that of the claim; none, when the test saw nothing.
type Observed struct {
	Parts           *PartsObserved           `json:"parts,omitempty"`            // one-container
	Leftovers       *LeftoversObserved       `json:"leftovers,omitempty"`        // no-build-tools
	ImageSizes      *ImageSizesObserved      `json:"image_sizes,omitempty"`      // image-size
	Runtime         *RuntimeObserved         `json:"runtime,omitempty"`          // runtime-dependencies
	NpmCI           *NpmCIObserved           `json:"npm_ci,omitempty"`           // npm-ci-reproducible
	Rebuild         *RebuildObserved         `json:"rebuild,omitempty"`          // layer-caching
	Tamper          *TamperObserved          `json:"tamper,omitempty"`           // file-integrity
	Update          *UpdateObserved          `json:"update,omitempty"`           // updates-without-rebuild
	Reload          *ReloadObserved          `json:"reload,omitempty"`           // hot-reload
	Seed            *SeedObserved            `json:"seed,omitempty"`             // seed-runs-first
	LastStage       *LastStageObserved       `json:"last_stage,omitempty"`       // last-stage-is-default
	AnonymousVolume *AnonymousVolumeObserved `json:"anonymous_volume,omitempty"` // anonymous-volume
	Mounts          *MountsObserved          `json:"mounts,omitempty"`           // volume-precedence
	Capacity        *CapacityObserved        `json:"capacity,omitempty"`         // static-bottleneck
	Split           *SplitObserved           `json:"split,omitempty"`            // split-later
	Origin          *OriginObserved          `json:"origin,omitempty"`           // no-cors
	Bases           *BasesObserved           `json:"bases,omitempty"`            // static-binary
	BuildArguments  *BuildArgumentsObserved  `json:"build_arguments,omitempty"`  // build-arguments
	Fronts          *FrontsObserved          `json:"fronts,omitempty"`           // any-front-end
}
