package record

// LastStageObserved is what the images of dockerfiles/compose/seed.Dockerfile start, by the target of their build.
type LastStageObserved struct {
	Untargeted string `json:"untargeted"` // the command line of the image that was built without a target
	Runtime    string `json:"runtime"`    // with --target runtime, which is the last stage
	Seed       string `json:"seed"`       // with --target seed
}

// IsLast reports whether the image that was built without a target is that of the last stage.
func (o LastStageObserved) IsLast() bool { return o.Untargeted == o.Runtime && o.Seed != o.Runtime }
