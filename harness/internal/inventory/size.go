package inventory

// Size is the size of one or more images together, in bytes. A layer that several of them share counts once.
type Size struct {
	Unpacked   int64 `json:"unpacked"`   // on disk: the files of all layers
	Compressed int64 `json:"compressed"` // what a pull downloads: each layer's archive, gzip at its default level
	Own        int64 `json:"own"`        // the part of Unpacked in layers that no base image has
	Layers     int   `json:"layers"`
}

// Layers are the layers of a variant's images.
type Layers struct {
	Variant string  `json:"variant"`
	Size    Size    `json:"size"`
	Layers  []Layer `json:"layers"` // by container, in the order they are started; the lowest first
}

// Layer is one layer of an image.
type Layer struct {
	Container   string `json:"container"`
	ID          string `json:"id"` // the digest of its uncompressed archive
	Unpacked    int64  `json:"unpacked"`
	Compressed  int64  `json:"compressed"`
	Base        bool   `json:"base"`        // it is also a layer of a base image
	Again       bool   `json:"again"`       // an earlier container has it as well, so it is not counted again
	Instruction string `json:"instruction"` // that made it, as the builder recorded it; "" if it did not
}

// Weigh adds up layers and marks those that are repeated.
func Weigh(layers []Layer) Size {
	var s Size
	seen := map[string]bool{}
	for i := range layers {
		y := &layers[i]
		if y.Again = seen[y.ID]; y.Again {
			continue
		}
		seen[y.ID] = true
		s.Layers++
		s.Unpacked += y.Unpacked
		s.Compressed += y.Compressed
		if !y.Base {
			s.Own += y.Unpacked
		}
	}
	return s
}
