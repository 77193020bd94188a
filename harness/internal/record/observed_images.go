package record

// LeftoversObserved is what the final images contain that only a build needs.
type LeftoversObserved struct {
	Kinds    []string           `json:"kinds"` // what was looked for
	Variants []VariantLeftovers `json:"variants"`
}

// VariantLeftovers are what was found in all images of one variant.
type VariantLeftovers struct {
	Variant string     `json:"variant"`
	Files   int        `json:"files"` // regular files that were read
	Found   []Leftover `json:"found,omitempty"`
	Shells  int        `json:"shells"` // not a leftover, but what an attacker would like to find
}

// Leftover is a file or a folder that a server does not need.
type Leftover struct {
	Container string `json:"container"`
	Kind      string `json:"kind"`
	Path      string `json:"path"`
}

// ImageSizesObserved is what the images weigh, and what the claim says that they weigh.
type ImageSizesObserved struct {
	Python   SizeRange     `json:"python"` // unpacked size of a Python image, as claimed
	Go       SizeRange     `json:"go"`     // and of a Go image
	Variants []VariantSize `json:"variants"`
}

// SizeRange is a range of sizes in bytes, its ends included.
type SizeRange struct {
	Min int64 `json:"min"`
	Max int64 `json:"max"`
}

// Contains reports whether a size lies in the range.
func (r SizeRange) Contains(bytes int64) bool { return bytes >= r.Min && bytes <= r.Max }

// VariantSize is what all images of a variant weigh together, in bytes. A layer that several of them share counts once.
type VariantSize struct {
	Variant       string       `json:"variant"`
	Images        int          `json:"images"`
	Python        bool         `json:"python"` // a container runs a Python interpreter
	LayerCount    int          `json:"layer_count"`
	Unpacked      int64        `json:"unpacked"`       // the files of all layers
	Compressed    int64        `json:"compressed"`     // the layers' archives by gzip: what a pull transfers
	Own           int64        `json:"own"`            // the part of Unpacked in layers that no base image has
	OwnCompressed int64        `json:"own_compressed"` // the part of Compressed in those layers
	Layers        []ImageLayer `json:"layers"`         // by container, the lowest first
}

// ImageLayer is a layer of an image.
type ImageLayer struct {
	Container   string `json:"container"`
	Unpacked    int64  `json:"unpacked"`
	Compressed  int64  `json:"compressed"`
	Base        bool   `json:"base"`                  // a base image has it
	Repeated    bool   `json:"repeated"`              // an image of the variant above has it, too
	Instruction string `json:"instruction,omitempty"` // that made it; "" where the builder did not record it
}

// PythonFits reports whether every Python image is as large as claimed.
func (o ImageSizesObserved) PythonFits() bool { return o.fit(true, o.Python) }

// GoFits reports the same of the other images, all of which are those of Go servers.
func (o ImageSizesObserved) GoFits() bool { return o.fit(false, o.Go) }

// fit compares the variants that are one image: the claim is about one, so those with several do not count.
func (o ImageSizesObserved) fit(python bool, claimed SizeRange) bool {
	for _, v := range o.Variants {
		if v.Images == 1 && v.Python == python && !claimed.Contains(v.Unpacked) {
			return false
		}
	}
	return true
}

// RuntimeObserved is what the variants need at run time.
type RuntimeObserved struct {
	Variants []VariantRuntime `json:"variants"`
}

// VariantRuntime is what all containers of one variant start, and what is in their images.
type VariantRuntime struct {
	Variant     string         `json:"variant"`
	Images      int            `json:"images"`
	Python      bool           `json:"python"`                // a container runs a Python interpreter
	Static      bool           `json:"static"`                // every container's program needs no other file
	Interpreter string         `json:"interpreter,omitempty"` // path of what runs the application
	Libraries   int            `json:"libraries"`             // shared ones that the programs are linked with
	Packages    map[string]int `json:"packages"`              // by package manager
	Shells      int            `json:"shells"`
	Users       []string       `json:"users"`
	Writable    []string       `json:"writable"`               // paths that those users can write to
	Hardened    bool           `json:"hardened"`               // works read-only, with no capability or new privilege
	HardenedErr string         `json:"hardened_err,omitempty"` // why not
}

// Standalone reports whether the variant is one image whose program needs nothing beside itself.
func (v VariantRuntime) Standalone() bool { return v.Images == 1 && v.Static && v.Libraries == 0 }
