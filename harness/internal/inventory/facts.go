package inventory

import "slices"

// Facts are what statements about a variant are held against: of all its images together.
type Facts struct {
	Leftovers []Located       // what only a build needs, and what should never have come along; see BuildKinds
	Shells    []Located       // by name, links too
	Packages  map[Manager]int // by manager; none is 0
	Static    bool            // each container starts a static program that needs no other file to run
	Libraries []string        // shared libraries that the containers' programs are linked with at their start, without doubles
	Users     []string        // of the containers, in the order they are started
	Root      bool            // one of them is root
	Writable  []Place         // what those users may change of their images; On is "image"
	Hardened  bool            // works with a read-only file system, no capability and no new privileges
}

// Located is a finding in one of several images.
type Located struct {
	Container string
	Finding
}

// BuildKinds are the kinds of what a build needs and a server does not, and of what a checkout has.
func BuildKinds() []Kind {
	return []Kind{Compiler, Node, NodeManager, NodeModules, SourceMap, Leftover}
}

// Facts sums the variant up. It is nothing of one that could not be built or read: see Err.
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

// runs reports whether a source is what the image's own interpreter runs: the application then, not left over.
func (i Image) runs(f Finding) bool {
	return i.Entry.Interpreter != "" && (f.What == "Python" || f.What == "shell")
}

// RunsAs is the user as the image has it, or root.
func (c Config) RunsAs() string {
	if c.User == "" {
		return "root"
	}
	return c.User
}
