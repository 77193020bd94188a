package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"spabench/harness/internal/described"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/project"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// readAdded reads the servers that --add names, in their order. The file is that of the project, or "" for the usual one.
func readAdded(given []string, file string) ([]rig.Added, error) {
	var all []rig.Added
	for _, item := range given {
		a, err := readOneAdded(item, file)
		if err != nil {
			return nil, err
		}
		_, isVariant := variants.Find(a.Name)
		twice := slices.ContainsFunc(all, func(other rig.Added) bool { return other.Name == a.Name })
		if isVariant || twice || a.Name == record.ControlArm {
			return nil, fmt.Errorf("--add %s: the name %s is taken; choose another one", item, a.Name)
		}
		all = append(all, a)
	}
	return all, nil
}

// recordAdded is what a plan says of the servers, which were given in this way.
func recordAdded(given []string, added []rig.Added) []record.Added {
	var all []record.Added
	for i, a := range added {
		all = append(all, record.Added{Name: a.Name, Given: shownSource(given[i]), Server: a.String()})
	}
	return all
}

// shownSource is a server as it was given, but with no absolute path: see [lab.Shown].
func shownSource(given string) string {
	name, source, hasName := strings.Cut(given, "=")
	if !hasName {
		name, source = "", given
	}
	path, port, hasPort := strings.Cut(source, "#")
	if path = filepath.ToSlash(lab.Shown(path)); hasPort {
		path += "#" + port
	}
	if !hasName {
		return path
	}
	return name + "=" + path
}

// readAddedAgain reads the servers of a run that is resumed, which may be given again. Each must still be what it was.
func readAddedAgain(p record.Plan, again []string) ([]rig.Added, error) {
	var given []string
	for _, a := range p.Added {
		given = append(given, a.Given)
	}
	for _, item := range again {
		name, _, _ := strings.Cut(item, "=")
		i := slices.IndexFunc(p.Added, func(a record.Added) bool { return a.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("--add %s: the run that is resumed has no such server", item)
		}
		given[i] = item
	}
	for i, a := range p.Added {
		if _, source, _ := strings.Cut(given[i], "="); strings.HasPrefix(source, lab.Cut) {
			return nil, fmt.Errorf("%s was given by an absolute path, of which the record has only the end: "+
				"give it again, as --add %s=PATH/%s", a.Name, a.Name, strings.TrimPrefix(source, lab.Cut))
		}
	}
	added, err := readAdded(given, p.Project)
	if err != nil {
		return nil, err
	}
	for i, a := range added {
		if now := a.String(); now != p.Added[i].Server {
			return nil, fmt.Errorf("%w: %s is %s, and was %s", record.ErrChanged, a.Name, now, p.Added[i].Server)
		}
	}
	return added, nil
}

// reference is roughly that of an image; the engine has the last word.
var reference = regexp.MustCompile(`^[a-z0-9]([A-Za-z0-9._/:@-]*[A-Za-z0-9])?$`)

// readOneAdded reads name=source, or the name of a server of the project's file.
func readOneAdded(item, file string) (rig.Added, error) {
	name, source, hasSource := strings.Cut(item, "=")
	if !project.ServerName.MatchString(name) {
		return rig.Added{}, fmt.Errorf("--add %s: name the server with lower-case letters, digits and hyphens, at most 40 "+
			"of them, as in shop=./Dockerfile", item)
	}
	if !hasSource {
		p, err := project.Find(".", file)
		if err != nil {
			return rig.Added{}, err
		}
		return described.Server(p, "--add", name)
	}
	a := rig.Added{Name: name}
	source, port, hasPort := strings.Cut(source, "#")
	if isCompose(source) {
		return readCompose(a, item, source, port)
	}
	if hasPort {
		var err error
		if a.Port, err = project.ParsePort(port); err != nil {
			return a, fmt.Errorf("--add %s: %w", item, err)
		}
	}
	info, err := os.Stat(source)
	switch {
	case err == nil && info.IsDir():
		return a, fmt.Errorf("--add %s: %s is a folder; give the path of the Dockerfile in it", item, source)
	case err == nil:
		a.Source = lab.Source{Context: filepath.Dir(source), Dockerfile: filepath.Base(source)}
	case strings.HasPrefix(source, ".") || filepath.IsAbs(source) || strings.HasSuffix(source, "Dockerfile"):
		return a, fmt.Errorf("--add %s: there is no file %s", item, source)
	case !reference.MatchString(source):
		return a, fmt.Errorf("--add %s: %q is neither a file nor the reference of an image, such as shop:1.2",
			item, source)
	default:
		a.Image = source
	}
	return a, nil
}

// isCompose reports whether a path is that of a Compose file, by its ending.
func isCompose(source string) bool {
	return strings.HasSuffix(source, ".yaml") || strings.HasSuffix(source, ".yml")
}

// readCompose reads the Compose file of a server, and its entry: web, or web:80 where its image exposes no port.
func readCompose(a rig.Added, item, source, entry string) (rig.Added, error) {
	if _, err := os.Stat(source); err != nil {
		return a, fmt.Errorf("--add %s: there is no file %s", item, source)
	}
	service, port, err := project.ParseEntry(entry)
	switch {
	case service == "":
		return a, fmt.Errorf("--add %s: name the service that browsers talk to, as in %s=%s#web or #web:80",
			item, a.Name, source)
	case err != nil:
		return a, fmt.Errorf("--add %s: %w", item, err)
	}
	a.Compose, a.Entry, a.Port = source, service, port
	return a, nil
}

// selectArms returns what is measured: the variants that are named, or those that are measured by default, and the
// added servers. Where names are given, an added server must be one of them.
func selectArms(only []string, added []rig.Added) ([]variants.Variant, error) {
	var ours []string
	var theirs []variants.Variant
	for _, a := range added {
		if len(only) > 0 && !slices.Contains(only, a.Name) {
			return nil, fmt.Errorf("--only leaves out %s, which --add adds: name it in --only as well", a.Name)
		}
		theirs = append(theirs, a.Variant())
	}
	for _, name := range only {
		if !slices.ContainsFunc(added, func(a rig.Added) bool { return a.Name == name }) {
			ours = append(ours, name)
		}
	}
	if len(only) > 0 && len(ours) == 0 { // theirs alone, beside the baseline
		ours = variants.Names(variants.OfKind(variants.Baseline))
	}
	arms, err := selectVariants(ours)
	if len(variants.OfKind(variants.Baseline)) == len(arms) {
		return append(theirs, arms...), err
	}
	return append(arms, theirs...), err // the first is the A/A control, which ours are sure to serve for
}
