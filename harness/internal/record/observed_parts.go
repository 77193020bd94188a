package record

// PartsObserved is what the variants are made of.
type PartsObserved struct {
	Variants []VariantParts `json:"variants"`
}

// VariantParts are the parts of one variant. Lines are counted without blank ones and comments.
type VariantParts struct {
	Variant         string   `json:"variant"`
	Containers      []string `json:"containers"` // names
	Networks        int      `json:"networks"`   // of its own: containers that talk to each other need one
	Proxies         int      `json:"proxies"`    // containers that pass requests on
	DockerfileLines int      `json:"dockerfile_lines"`
	ConfigLines     int      `json:"config_lines"`           // of the configuration files that its Dockerfiles copy
	ConfigFiles     []string `json:"config_files,omitempty"` // their paths in the project
	CORSFields      int      `json:"cors_fields"`            // Access-Control-… header fields that its own page gets
}

// BySize returns the variants that are one container, and those that are several.
func (o PartsObserved) BySize() (one, several []VariantParts) {
	for _, v := range o.Variants {
		if len(v.Containers) == 1 {
			one = append(one, v)
		} else {
			several = append(several, v)
		}
	}
	return one, several
}
