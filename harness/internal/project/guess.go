package project

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// ErrNothingFound: a folder has nothing that a project's file could say.
var ErrNothingFound = errors.New("no build with an index.html, no Dockerfile and no Compose file is here")

// Guess looks around in a folder and writes what a project's file would say of it, with a comment on each guess. What
// it is not sure of is commented out. It also returns the names of the servers that it found, the best guess first. The
// error is ErrNothingFound, or that of reading the folder.
func Guess(folder fs.FS) (text string, servers []string, err error) {
	if _, err := fs.Stat(folder, "."); err != nil {
		return "", nil, err
	}
	var b bytes.Buffer
	b.WriteString("# What spabench knows of this project: its app, and the servers that serve it.\n" +
		"# `spabench schema project` prints all that can stand here.\n")
	dist, found := guessDist(folder)
	services := readCompose(folder)
	dockerfiles, hasEntry := services.alone(findDockerfiles(folder)), len(services.entries) > 0
	if !found && !hasEntry && len(dockerfiles) == 0 {
		return "", nil, ErrNothingFound
	}
	writeApp(&b, folder, dist, found)
	if len(dockerfiles) == 0 && !hasEntry {
		return b.String(), nil, nil
	}
	b.WriteString("servers:\n")
	if hasEntry { // it comes first, because the others may be made of the same parts
		servers = append(servers, "compose")
		writeCompose(&b, services, "compose")
	}
	for _, file := range dockerfiles {
		name := nameOf(file, servers)
		servers = append(servers, name)
		writeServer(&b, folder, file, name)
	}
	b.WriteString("compare-with: [embedded-go]    # ours, beside yours: see spabench list variants\n" +
		"# loads: {page: {rate: 500}}   # what a bench sends; derived by default\n" +
		"# gate: ./budgets.txt          # what a bench is held to\n")
	return b.String(), servers, nil
}

// writeApp writes the guesses about the app. Without any, there is no such part, as an empty one is a fault.
func writeApp(b *bytes.Buffer, folder fs.FS, dist guess, found bool) {
	api, hasAPI := guessAPI(folder)
	routes, hasRoutes := guessRoutes(folder)
	head := "app:\n"
	if !found && !hasAPI && !hasRoutes {
		head = "# app:\n"
	}
	b.WriteString(head)
	line := func(known bool, key, value, why string) {
		said := key + ": " + value
		if !known {
			said = "# " + said
		}
		fmt.Fprintf(b, "  %-28s # %s\n", said, why)
	}
	line(found, "dist", dist.value, dist.why)
	line(hasRoutes, "routes", routes.value, routes.why)
	line(hasAPI, "api", api.value, api.why)
}

// writeServer writes a server that is built from a Dockerfile.
func writeServer(b *bytes.Buffer, folder fs.FS, file, name string) {
	text, _ := fs.ReadFile(folder, file)
	fmt.Fprintf(b, "  %s:\n    dockerfile: %s\n", name, quoted("./"+file))
	if path.Dir(file) != "." && needsProject(folder, file, string(text)) {
		b.WriteString("    context: .                 # a guess: the whole project\n")
	}
	switch ports := exposed(string(text)); len(ports) {
	case 0:
		b.WriteString("    # port: 8080               # needed if its base image exposes none, or several\n")
	case 1: // the image says it
	default:
		fmt.Fprintf(b, "    port: %-20s # the first that it exposes, of %s\n", ports[0], strings.Join(ports, ", "))
	}
	if ready := healthPath(string(text)); ready != "" {
		fmt.Fprintf(b, "    ready: %-19s # asked by its HEALTHCHECK\n", ready)
	}
	b.WriteString("    # env: {NAME: value}       # without a value: that of your environment\n")
}

// nameOf names a server after its Dockerfile, with a number where the name is taken.
func nameOf(file string, taken []string) string {
	base := strings.ToLower(path.Base(file))
	name := strings.Trim(strings.ReplaceAll(base, "dockerfile", ""), ".-_")
	if name == "" {
		if name = strings.ToLower(path.Base(path.Dir(file))); path.Dir(file) == "." {
			name = "app"
		}
	}
	name = strings.Trim(notInNames.ReplaceAllString(name, "-"), "-")
	if len(name) > 36 || name == "" {
		name = "app"
	}
	return free(name, taken)
}

// free is the name, with a number where it is taken.
func free(name string, taken []string) string {
	found := name
	for n := 2; slices.Contains(taken, found); n++ {
		found = fmt.Sprintf("%s-%d", name, n)
	}
	return found
}
