package record

// FrontsObserved is the app built with each front-end framework, and what the checks say of the server that serves it.
type FrontsObserved struct {
	Fronts []ServedFront `json:"fronts"`
}

// ServedFront is one build of the app. Files are counted without their precompressed forms.
type ServedFront struct {
	Variant     string `json:"variant"`
	Files       int    `json:"files"`
	Scripts     int    `json:"scripts"`
	ScriptBytes int64  `json:"script_bytes"`
	ScriptGzip  int64  `json:"script_gzip"` // bytes of the scripts' .gz forms
	Passed      int    `json:"passed"`      // checks
	Failed      int    `json:"failed"`      // checks that no waiver excuses
	Skipped     int    `json:"skipped"`
	FirstFailed string `json:"first_failed,omitempty"` // name of a check
}
