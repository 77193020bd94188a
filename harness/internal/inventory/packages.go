package inventory

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Manager is the package manager that recorded a package.
type Manager string

const (
	Dpkg     Manager = "dpkg"
	Apk      Manager = "apk"
	Pip      Manager = "pip" // or another installer of Python packages: all leave the same record
	NPM      Manager = "npm" // or another tool that fills node_modules
	GoModule Manager = "go"  // compiled into a program
)

// Managers lists all managers, in the order of reports.
func Managers() []Manager { return []Manager{Dpkg, Apk, Pip, NPM, GoModule} }

// Package is third-party software that was installed or compiled in.
type Package struct {
	Manager Manager `json:"manager"`
	Name    string  `json:"name"`
	Version string  `json:"version"`
	Path    string  `json:"path"` // file that records it
}

// Files that record packages.
const (
	dpkgStatus  = "/var/lib/dpkg/status"
	dpkgStatusD = "/var/lib/dpkg/status.d/" // in images without dpkg: one file per package
	dpkgLists   = "/var/lib/dpkg/info/"
)

var (
	apkInstalled = []string{"/lib/apk/db/installed", "/usr/lib/apk/db/installed"}
	pipMetadata  = regexp.MustCompile(`^(.*)/[^/]+\.(dist-info/METADATA|egg-info/PKG-INFO|egg-info)$`)
	npmManifest  = regexp.MustCompile(`^(.*/node_modules/(?:@[^/]+/)?[^/@.][^/]*)/package\.json$`)
)

// recordsPackages reports whether a file's content lists packages or their files.
func recordsPackages(name string) bool {
	return name == dpkgStatus || strings.HasPrefix(name, dpkgStatusD) ||
		path.Dir(name)+"/" == dpkgLists && path.Ext(name) == ".list" ||
		slices.Contains(apkInstalled, name) ||
		pipMetadata.MatchString(name) || strings.HasSuffix(name, ".dist-info/RECORD") ||
		npmManifest.MatchString(name)
}

// packages returns all packages, and for each path that belongs to one, its manager and name.
func (t *tree) packages() ([]Package, map[string]string) {
	all, owners := []Package{}, map[string]string{}
	own := func(name, owner string) {
		folder, _ := t.real(path.Dir(name)) // a list may use a linked folder, such as /lib for /usr/lib
		at := path.Join(folder, path.Base(name))
		if owners[at] == "" {
			owners[at] = owner
		}
	}
	// The system's packages come first, because some of them are Python packages, which have both records.
	for _, at := range t.paths {
		switch {
		case at == dpkgStatus || strings.HasPrefix(at, dpkgStatusD) && path.Ext(at) == "":
			all = append(all, dpkgPackages(at, t.texts[at])...)
		case strings.HasPrefix(at, dpkgLists) && t.texts[at] != nil:
			name, _, _ := strings.Cut(strings.TrimSuffix(path.Base(at), ".list"), ":")
			for file := range strings.Lines(string(t.texts[at])) {
				own(strings.TrimSpace(file), "dpkg "+name)
			}
		case slices.Contains(apkInstalled, at):
			all = append(all, apkPackages(at, t.texts[at], own)...)
		}
	}
	for _, at := range t.paths {
		if m := pipMetadata.FindStringSubmatch(at); m != nil && t.texts[at] != nil {
			p := pythonPackage(at, t.texts[at])
			all = append(all, p)
			for _, file := range pythonFiles(t.texts[path.Dir(at)+"/RECORD"]) {
				own(path.Join(m[1], file), "pip "+p.Name)
			}
		}
		if m := npmManifest.FindStringSubmatch(at); m != nil {
			if p, ok := nodePackage(at, t.texts[at]); ok {
				all = append(all, p)
			}
		}
		if n := t.nodes[at]; n.binary != nil && n.kind == regularFile {
			all = append(all, n.binary.modules...)
		}
	}
	slices.SortStableFunc(all, func(a, b Package) int {
		return cmp.Or(
			cmp.Compare(slices.Index(Managers(), a.Manager), slices.Index(Managers(), b.Manager)),
			strings.Compare(a.Name, b.Name), strings.Compare(a.Path, b.Path),
		)
	})
	return all, owners
}

// fields are the lines "key: value" of one record, in their order.
type recordFields [][2]string

func (f recordFields) of(key string) string {
	for _, kv := range f {
		if kv[0] == key {
			return kv[1]
		}
	}
	return ""
}

// records parses a text in which blank lines separate records. Continuation lines are dropped.
func records(text []byte) []recordFields {
	var all []recordFields
	var f recordFields
	for line := range strings.Lines(string(text) + "\n\n") {
		if line = strings.TrimRight(line, "\r\n"); line == "" {
			if f != nil {
				all = append(all, f)
			}
			f = nil
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		if ok && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "\t") {
			f = append(f, [2]string{key, strings.TrimSpace(value)})
		}
	}
	return all
}

// dpkgPackages returns the installed packages: dpkg may also list the configuration of a package that was removed.
func dpkgPackages(at string, text []byte) []Package {
	var all []Package
	for _, f := range records(text) {
		status := f.of("Status")
		if f.of("Package") != "" && (status == "" || strings.HasSuffix(status, " installed")) {
			all = append(all, Package{Dpkg, f.of("Package"), f.of("Version"), at})
		}
	}
	return all
}

func apkPackages(at string, text []byte, own func(name, owner string)) []Package {
	var all []Package
	for _, f := range records(text) {
		all = append(all, Package{Apk, f.of("P"), f.of("V"), at})
		folder := ""
		for _, kv := range f {
			switch kv[0] {
			case "F":
				folder = "/" + kv[1]
			case "R":
				own(folder+"/"+kv[1], "apk "+f.of("P"))
			}
		}
	}
	return all
}

func pythonPackage(at string, text []byte) Package {
	p := Package{Manager: Pip, Path: at}
	if all := records(text); len(all) > 0 { // the first record is the header; a description may follow
		p.Name, p.Version = all[0].of("Name"), all[0].of("Version")
	}
	return p
}

// pythonFiles returns the paths in a RECORD, relative to the folder that contains the package.
func pythonFiles(record []byte) []string {
	r := csv.NewReader(strings.NewReader(string(record)))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	rows, _ := r.ReadAll() // as far as it can be parsed
	var files []string
	for _, row := range rows {
		files = append(files, row[0])
	}
	return files
}

// nodePackage parses a package.json. It reports false if that has no version, because it has another purpose then.
func nodePackage(at string, text []byte) (Package, bool) {
	var manifest struct{ Name, Version string }
	if err := json.Unmarshal(text, &manifest); err != nil || manifest.Name == "" || manifest.Version == "" {
		return Package{}, false
	}
	return Package{NPM, manifest.Name, manifest.Version, at}, true
}
