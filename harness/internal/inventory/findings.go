package inventory

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Kind is a kind of thing that an image has and that a server could do without, or that somebody who broke in could
// use.
type Kind string

const (
	Shell          Kind = "shell"
	Interpreter    Kind = "interpreter"     // Python, Perl and others, but shells and Node.js
	PackageManager Kind = "package manager" // of the system or of Python
	Compiler       Kind = "compiler"        // linkers, bundlers and build tools too
	Node           Kind = "node"            // Node.js, or another program that runs JavaScript
	NodeManager    Kind = "npm"             // npm, or another that fills node_modules
	NodeModules    Kind = "node_modules"    // the folder
	Source         Kind = "source"          // that no package brought: the application's own
	LibrarySource  Kind = "library source"  // that a package brought, by package
	SourceMap      Kind = "source map"
	Leftover       Kind = "leftover" // of a checkout or of its owner: .git, .env, keys
	Setuid         Kind = "setuid"   // a program that runs as its owner, or in its group, whoever starts it
	WorldWritable  Kind = "world-writable"
	Script         Kind = "script" // a file that may be executed, and that an interpreter runs
)

// Kinds lists all, in the order of reports.
func Kinds() []Kind {
	return []Kind{Shell, Interpreter, PackageManager, Compiler, Node, NodeManager, NodeModules, Source, LibrarySource, SourceMap,
		Leftover, Setuid, WorldWritable, Script}
}

// Finding is one such thing.
type Finding struct {
	Kind  Kind   `json:"kind"`
	Path  string `json:"path"`           // of several files: the folder that all are in
	What  string `json:"what,omitempty"` // more about it
	Files int    `json:"files"`          // how many it stands for
}

// programs are known by their names, wherever they are.
var programs = []struct {
	kind Kind
	name *regexp.Regexp
}{
	{Shell, regexp.MustCompile(`^(a|ba|c|da|fi|k|mk|rba|tc|z|)sh$|^(busybox|toybox)$`)},
	{Interpreter, regexp.MustCompile(`^(python|pypy|perl|ruby|lua|luajit|php|java|tclsh|guile)[0-9.]*$`)},
	{PackageManager, regexp.MustCompile(`^(apt|apt-get|aptitude|dpkg|apk|rpm|yum|dnf|microdnf|zypper|pacman|pip[0-9.]*|pipx|uv|poetry|conda|gem|composer)$`)},
	{Compiler, regexp.MustCompile(`^((x86_64|aarch64|arm|i[3-6]86|riscv64)[a-z0-9_-]*-)?(gcc|g\+\+|cc|c\+\+|cpp|clang|clang\+\+|tcc|ld|as|gfortran)(-[0-9.]+)?$` +
		`|^(go|gofmt|rustc|cargo|javac|zig|make|cmake|ninja|tsc|esbuild|vite|rollup|rolldown|webpack|swc)$`)},
	{Node, regexp.MustCompile(`^(node|nodejs|deno|bun)$`)},
	{NodeManager, regexp.MustCompile(`^(npm|npx|yarn|yarnpkg|pnpm|pnpx|corepack)$`)},
}

// interprets reports whether the program of that name runs others' sources.
func interprets(name string) bool {
	for _, p := range programs {
		switch p.kind {
		case Shell, Interpreter, Node:
			if p.name.MatchString(name) {
				return true
			}
		}
	}
	return false
}

var languages = map[string]string{
	".go": "Go", ".py": "Python", ".ts": "TypeScript", ".tsx": "TypeScript", ".mts": "TypeScript", ".cts": "TypeScript",
	".jsx": "JSX", ".vue": "Vue", ".svelte": "Svelte", ".sh": "shell", ".c": "C", ".h": "C", ".cc": "C++", ".cpp": "C++", ".hpp": "C++",
	".rs": "Rust", ".java": "Java",
}

var (
	sourceMap = regexp.MustCompile(`\.(js|mjs|cjs|css)\.map$`)
	leftover  = regexp.MustCompile(`^\.(env(\..+)?|git|hg|svn|npmrc|netrc|pypirc|ssh|aws|docker)$`)
	// pythonLibrary is where an interpreter that was built from source has the library that no package brought.
	pythonLibrary = regexp.MustCompile(`/lib/python[0-9.]+/`)
	pythonSite    = regexp.MustCompile(`/(site|dist)-packages/`)
)

// findings are made of every path, and of who brought it.
func (t *tree) findings(owners map[string]string) []Finding {
	found := []Finding{}
	add := func(kind Kind, at, what string) { found = append(found, Finding{kind, at, what, 1}) }
	modules := map[string]int{}           // packages by the outermost node_modules folder
	brought := map[[3]string]*collected{} // by owner, language and outermost folder
	for _, at := range t.paths {
		n, name := t.nodes[at], path.Base(at)
		// In /etc are scripts that do something for the program of the same name.
		if real, target := t.file(at); target != nil && target.mode&0o111 != 0 && !strings.HasPrefix(at, "/etc/") {
			what := ""
			if real != at {
				what = "link to " + real
			}
			for _, p := range programs {
				if p.name.MatchString(name) {
					add(p.kind, at, what)
				}
			}
		}
		if before, _, ok := strings.Cut(at+"/", "/node_modules/"); ok {
			folder := before + "/node_modules"
			modules[folder] += 0
			if npmManifest.MatchString(at) {
				modules[folder]++
			}
		}
		if language := languages[path.Ext(name)]; language != "" && n.regular() {
			if owner := ownerOf(at, owners); owner != "" {
				top, _, _ := strings.Cut(at[1:], "/")
				key := [3]string{owner, language, top}
				if brought[key] == nil {
					brought[key] = &collected{}
				}
				brought[key].add(at)
			} else {
				add(Source, at, language)
			}
		}
		if sourceMap.MatchString(name) && n.regular() {
			add(SourceMap, at, "")
		}
		if leftover.MatchString(name) {
			add(Leftover, at, "")
		}
		if n.regular() && n.mode&(fs.ModeSetuid|fs.ModeSetgid) != 0 {
			add(Setuid, at, n.mode.String())
		}
		if (n.regular() || n.mode.IsDir()) && n.mode&0o002 != 0 {
			what := n.mode.String()
			if n.mode&fs.ModeSticky != 0 {
				what += ", nobody can remove what is another's"
			}
			add(WorldWritable, at, what)
		}
		if n.runs != "" {
			add(Script, at, n.runs)
		}
	}
	for folder, packages := range modules {
		found = append(found, Finding{NodeModules, folder, fmt.Sprintf("%d packages", packages), 1})
	}
	for key, c := range brought {
		found = append(found, Finding{LibrarySource, c.folder, fmt.Sprintf("%s of %s", key[1], key[0]), c.files})
	}
	slices.SortFunc(found, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(slices.Index(Kinds(), a.Kind), slices.Index(Kinds(), b.Kind)),
			strings.Compare(a.Path, b.Path), strings.Compare(a.What, b.What),
		)
	})
	return found
}

// ownerOf says who brought a source file; "" when nobody is known to.
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
	if pythonLibrary.MatchString(at) && !pythonSite.MatchString(at) {
		return "Python's own library"
	}
	return ""
}

// collected are files that are told together.
type collected struct {
	files  int
	folder string // that all are in
}

func (c *collected) add(at string) {
	if c.files++; c.files == 1 {
		c.folder = path.Dir(at)
		return
	}
	for c.folder != "/" && !strings.HasPrefix(at, c.folder+"/") {
		c.folder = path.Dir(c.folder)
	}
}
