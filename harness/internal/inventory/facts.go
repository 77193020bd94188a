package inventory

import "slices"

// Facts are what statements about a variant are checked against. They cover all its images together.
type Facts struct {
	Leftovers []Located       // what only a build needs, and what should not be in an image at all; see BuildKinds
	Shells    []Located       // by name, including links
	Packages  map[Manager]int // by manager; 0 if there are none
	Static    bool            // each container starts a static program that needs no other file to run
	Libraries []string        // shared libraries that the containers' programs are linked with when started, each once
	Users     []string        // of the containers, in start order
	Root      bool            // one of the users is root
	Writable  []Place         // what those users may change of their images; On is "image"
	Hardened  bool            // works with a read-only file system, no capabilities and no new privileges
}

// Located is a finding in one of several images.
type Located struct {
	Container string
	Finding
}

// BuildKinds returns the kinds of what a build needs but a server does not, and of what belongs to a checkout.
func BuildKinds() []Kind {
	return []Kind{Compiler, Node, NodeManager, NodeModules, SourceMap, Leftover}
}

// Facts summarises the variant. It is empty for a variant that could not be built or read; see Err.
func (v Variant) Facts() Facts {
	f := Facts{Packages: map[Manager]int{}, Static: len(v.Images) > 0, Hardened: v.Hardened.Works()}
	for _, m := range Managers() {
		f.Packages[m] = 0
	}
	for _, img := range v.Images {
		for _, found := range img.Findings {
			switch {
			case slices.Contains(BuildKinds(), found.Kind), found.Kind == Source && !img.runs(found):
				f.Leftovers = append(f.Leftovers, Located{img.Container, found})
			case found.Kind == Shell:
				f.Shells = append(f.Shells, Located{img.Container, found})
			}
		}
		for _, p := range img.Packages {
			f.Packages[p.Manager]++
		}
		f.Static = f.Static && img.Entry.Alone()
		f.Libraries = append(f.Libraries, img.Entry.Libraries...)
		f.Users = append(f.Users, img.Config.RunsAs())
		f.Root = f.Root || img.Config.Root()
		for _, at := range img.Writable {
			f.Writable = append(f.Writable, Place{img.Container, at, "image"})
		}
	}
	slices.Sort(f.Libraries)
	f.Libraries = slices.Compact(f.Libraries)
	return f
}

// runs reports whether a source is what the image's own interpreter runs: the application, not a leftover.
func (i Image) runs(f Finding) bool {
	return i.Entry.Interpreter != "" && (f.What == "Python" || f.What == "shell")
}

// RunsAs returns the user as the image configures it, or root.
func (c Config) RunsAs() string {
	if c.User == "" {
		return "root"
	}
	return c.User
}
