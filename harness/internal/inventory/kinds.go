package inventory

import "regexp"

// Kind is a kind of finding: something in an image that a server could do without, or that an intruder could use.
type Kind string

const (
	Shell          Kind = "shell"
	Interpreter    Kind = "interpreter"     // Python, Perl and others, except for shells and Node.js
	PackageManager Kind = "package manager" // of the system or of Python
	Compiler       Kind = "compiler"        // also linkers, bundlers and build tools
	Node           Kind = "node"            // Node.js, or another program that runs JavaScript
	NodeManager    Kind = "npm"             // npm, or another tool that fills node_modules
	NodeModules    Kind = "node_modules"    // the folder
	Source         Kind = "source"          // belongs to no package: the application's own
	LibrarySource  Kind = "library source"  // belongs to a package; one finding per package
	SourceMap      Kind = "source map"
	Leftover       Kind = "leftover" // of a checkout or its owner: .git, .env, keys
	Setuid         Kind = "setuid"   // a program that always runs as its owner or in its group
	WorldWritable  Kind = "world-writable"
	Script         Kind = "script" // an executable file that an interpreter runs
)

// Kinds lists all kinds, in the order of reports.
func Kinds() []Kind {
	return []Kind{
		Shell, Interpreter, PackageManager, Compiler, Node, NodeManager, NodeModules,
		Source, LibrarySource, SourceMap, Leftover, Setuid, WorldWritable, Script,
	}
}

// Finding is one thing of a kind.
type Finding struct {
	Kind  Kind   `json:"kind"`
	Path  string `json:"path"`           // if it stands for several files, the folder that contains them
	What  string `json:"what,omitempty"` // details
	Files int    `json:"files"`          // how many files it stands for
}

// programNames tells the kind of a program by its name, in whatever folder it is.
var programNames = []struct {
	kind Kind
	name *regexp.Regexp
}{
	{Shell, regexp.MustCompile(`^(a|ba|c|da|fi|k|mk|rba|tc|z|)sh$|^(busybox|toybox)$`)},
	{Interpreter, regexp.MustCompile(`^(python|pypy|perl|ruby|lua|luajit|php|java|tclsh|guile)[0-9.]*$`)},
	{PackageManager, regexp.MustCompile(`^(apt|apt-get|aptitude|dpkg|apk|rpm|yum|dnf|microdnf|zypper|pacman` +
		`|pip[0-9.]*|pipx|uv|poetry|conda|gem|composer)$`)},
	{Compiler, regexp.MustCompile(`^((x86_64|aarch64|arm|i[3-6]86|riscv64)[a-z0-9_-]*-)?` +
		`(gcc|g\+\+|cc|c\+\+|cpp|clang|clang\+\+|tcc|ld|as|gfortran)(-[0-9.]+)?$` +
		`|^(go|gofmt|rustc|cargo|javac|zig|make|cmake|ninja|tsc|esbuild|vite|rollup|rolldown|webpack|swc)$`)},
	{Node, regexp.MustCompile(`^(node|nodejs|deno|bun)$`)},
	{NodeManager, regexp.MustCompile(`^(npm|npx|yarn|yarnpkg|pnpm|pnpx|corepack)$`)},
}

// interprets reports whether the program of that name is a shell, Node.js or another interpreter.
func interprets(name string) bool {
	for _, p := range programNames {
		switch p.kind {
		case Shell, Interpreter, Node:
			if p.name.MatchString(name) {
				return true
			}
		}
	}
	return false
}

var languageByExtension = map[string]string{
	".go": "Go", ".py": "Python", ".sh": "shell", ".rs": "Rust", ".java": "Java",
	".ts": "TypeScript", ".tsx": "TypeScript", ".mts": "TypeScript", ".cts": "TypeScript",
	".jsx": "JSX", ".vue": "Vue", ".svelte": "Svelte",
	".c": "C", ".h": "C", ".cc": "C++", ".cpp": "C++", ".hpp": "C++",
}

var (
	sourceMapName = regexp.MustCompile(`\.(js|mjs|cjs|css)\.map$`)
	leftoverName  = regexp.MustCompile(`^\.(env(\..+)?|git|hg|svn|npmrc|netrc|pypirc|ssh|aws|docker)$`)
	// pythonLibrary is where an interpreter built from source has its standard library, which belongs to no package.
	pythonLibrary  = regexp.MustCompile(`/lib/python[0-9.]+/`)
	pythonPackages = regexp.MustCompile(`/(site|dist)-packages/`)
)
