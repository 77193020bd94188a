package inventory

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// search collects the findings of one file system.
type search struct {
	tree    *tree
	owners  map[string]string // packages by the paths that belong to them
	found   []Finding
	modules map[string]int           // packages, by the outermost node_modules folder
	groups  map[[3]string]*fileGroup // library sources, by package, language and top folder
}

// findings looks at every path. Owners holds the packages by the paths that belong to them.
func (t *tree) findings(owners map[string]string) []Finding {
	s := &search{
		tree: t, owners: owners, found: []Finding{},
		modules: map[string]int{}, groups: map[[3]string]*fileGroup{},
	}
	for _, at := range t.paths {
		s.programs(at)
		s.sources(at)
		s.permissions(at)
	}
	for folder, packages := range s.modules {
		unit := "packages"
		if packages == 1 {
			unit = "package"
		}
		s.add(NodeModules, folder, fmt.Sprintf("%d %s", packages, unit))
	}
	for key, g := range s.groups {
		s.found = append(s.found, Finding{LibrarySource, g.folder, key[1] + " of " + key[0], g.files})
	}
	slices.SortFunc(s.found, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(slices.Index(Kinds(), a.Kind), slices.Index(Kinds(), b.Kind)),
			strings.Compare(a.Path, b.Path), strings.Compare(a.What, b.What),
		)
	})
	return s.found
}

func (s *search) add(kind Kind, at, what string) {
	s.found = append(s.found, Finding{kind, at, what, 1})
}

// programs finds what is known by its name, and scripts. It ignores /etc, which has scripts for other programs under
// their names.
func (s *search) programs(at string) {
	real, target := s.tree.file(at)
	if target != nil && target.mode&0o111 != 0 && !strings.HasPrefix(at, "/etc/") {
		what := ""
		if real != at {
			what = "link to " + real
		}
		for _, p := range programNames {
			if p.name.MatchString(path.Base(at)) {
				s.add(p.kind, at, what)
			}
		}
	}
	if n := s.tree.nodes[at]; n.runs != "" {
		s.add(Script, at, n.runs)
	}
}

// sources finds what belongs to a build or a checkout.
func (s *search) sources(at string) {
	n, name := s.tree.nodes[at], path.Base(at)
	if before, _, ok := strings.Cut(at+"/", "/node_modules/"); ok {
		folder := before + "/node_modules"
		s.modules[folder] += 0 // a folder without packages counts, too
		if npmManifest.MatchString(at) {
			s.modules[folder]++
		}
	}
	if language := languageByExtension[path.Ext(name)]; language != "" && n.regular() {
		if owner := ownerOf(at, s.owners); owner != "" {
			top, _, _ := strings.Cut(at[1:], "/")
			key := [3]string{owner, language, top}
			if s.groups[key] == nil {
				s.groups[key] = &fileGroup{}
			}
			s.groups[key].add(at)
		} else {
			s.add(Source, at, language)
		}
	}
	if sourceMapName.MatchString(name) && n.regular() {
		s.add(SourceMap, at, "")
	}
	if leftoverName.MatchString(name) {
		s.add(Leftover, at, "")
	}
}

// permissions finds what gives or leaves others more rights than they need.
func (s *search) permissions(at string) {
	n := s.tree.nodes[at]
	if n.regular() && n.mode&(fs.ModeSetuid|fs.ModeSetgid) != 0 {
		s.add(Setuid, at, n.mode.String())
	}
	if (n.regular() || n.mode.IsDir()) && n.mode&0o002 != 0 {
		what := n.mode.String()
		if n.mode&fs.ModeSticky != 0 {
			what += ", sticky: only its owner can remove a file"
		}
		s.add(WorldWritable, at, what)
	}
}

// ownerOf returns the package that a source file belongs to, or "" if none is known.
func ownerOf(at string, owners map[string]string) string {
	if owner := owners[at]; owner != "" {
		return owner
	}
	if i := strings.LastIndex(at, "/node_modules/"); i >= 0 {
		parts := strings.Split(at[i+len("/node_modules/"):], "/")
		if strings.HasPrefix(parts[0], "@") && len(parts) > 1 {
			return "npm " + parts[0] + "/" + parts[1]
		}
		return "npm " + parts[0]
	}
	if pythonLibrary.MatchString(at) && !pythonPackages.MatchString(at) {
		return "Python's standard library"
	}
	return ""
}

// fileGroup is a number of files that are reported as one finding.
type fileGroup struct {
	files  int
	folder string // that contains them all
}

func (g *fileGroup) add(at string) {
	if g.files++; g.files == 1 {
		g.folder = path.Dir(at)
		return
	}
	for g.folder != "/" && !strings.HasPrefix(at, g.folder+"/") {
		g.folder = path.Dir(g.folder)
	}
}
