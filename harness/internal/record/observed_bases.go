package record

// BasesObserved is the same servers on several base images.
type BasesObserved struct {
	Bases []RuntimeBase `json:"bases"`
}

// RuntimeBase is one server on one base: what its image contains, and whether it works there.
type RuntimeBase struct {
	Server  string `json:"server"`   // the variant whose Dockerfile built it
	Name    string `json:"name"`     // of the base
	Image   string `json:"image"`    // reference of the base; "" where none was named
	StandIn bool   `json:"stand_in"` // made from Debian packages in place of the image that the name says
	Python  bool   `json:"python"`   // the server is run by a Python interpreter
	Cgo     bool   `json:"cgo"`      // the server is a Go program built with cgo

	// NotMeasured says why nothing below is known; it is "" for a base that was measured.
	NotMeasured string `json:"not_measured,omitempty"`

	Unpacked   int64  `json:"unpacked"`   // bytes of the files of all layers
	Compressed int64  `json:"compressed"` // bytes of the layers' archives, gzip at its default level
	Layers     int    `json:"layers"`     //
	Program    string `json:"program"`    // SHA-256 of the program that the container starts, in hexadecimal

	Shell     bool           `json:"shell"`             // one is in the image
	Compilers []string       `json:"compilers"`         // paths of compilers, linkers and build tools
	Packages  map[string]int `json:"packages"`          // by package manager; 0 where there are none
	Static    bool           `json:"static"`            // the program needs no other file to run
	Loader    string         `json:"loader,omitempty"`  // path of the dynamic loader that the program names
	Libraries []string       `json:"libraries"`         // shared libraries that it is linked with at its start
	Missing   []string       `json:"missing,omitempty"` // names of those that are not in the image

	// Works: started once, hardened, it became ready, page and API were right, and a write was kept.
	Works bool   `json:"works"`
	Err   string `json:"err,omitempty"` // why it does not work
	Log   string `json:"log,omitempty"` // the end of the container's output then
}

// PureGo reports whether the server is a Go program built without cgo.
func (b RuntimeBase) PureGo() bool { return !b.Python && !b.Cgo }

// Measured returns the bases that were.
func (o BasesObserved) Measured() (measured []RuntimeBase) {
	for _, b := range o.Bases {
		if b.NotMeasured == "" {
			measured = append(measured, b)
		}
	}
	return measured
}
