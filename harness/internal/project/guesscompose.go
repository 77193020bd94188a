package project

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// composeFiles are the names by which Compose finds a project's file, in its order.
var composeFiles = []string{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"}

// compose is a Compose project.
type compose struct {
	file    string
	entries []service // those to which browsers may talk, the best guess first
	others  []service // by name
}

// readCompose looks for a Compose file, and in it for the services to which browsers may talk.
func readCompose(folder fs.FS) compose {
	for _, name := range composeFiles {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			continue
		}
		c := compose{file: name}
		for _, s := range readServices(folder, text) {
			if s.canBeEntry() {
				c.entries = append(c.entries, s)
			} else {
				c.others = append(c.others, s)
			}
		}
		slices.SortStableFunc(c.entries, func(a, b service) int { return slices.Compare(a.rank(), b.rank()) })
		return c
	}
	return compose{}
}

// readServices reads the services of a Compose file, sorted by name. What cannot be read is left out: Compose will say
// what is wrong with it.
func readServices(folder fs.FS, text []byte) []service {
	var file struct{ Services map[string]yaml.Node }
	if yaml.Unmarshal(text, &file) != nil {
		return nil
	}
	var all []service
	needed := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(file.Services)) {
		var said struct {
			Image         string
			Build         any
			Ports, Expose []yaml.Node
			DependsOn     any `yaml:"depends_on"`
			Links         []string
			Profiles      []string
		}
		node := file.Services[name]
		if node.Decode(&said) != nil {
			continue
		}
		s := service{name: name, image: said.Image, dockerfile: builtFrom(said.Build), optional: len(said.Profiles) > 0}
		needs := namesIn(said.DependsOn)
		for _, link := range said.Links {
			of, _, _ := strings.Cut(link, ":")
			needs = append(needs, of)
		}
		for _, of := range needs {
			needed[of] = true
		}
		s.needs = len(needs) > 0
		if s.port = firstPort(said.Ports); s.port != "" {
			s.published = true
		} else if s.port = firstPort(said.Expose); s.port == "" && s.dockerfile != "" {
			built, _ := fs.ReadFile(folder, s.dockerfile)
			s.port = append(exposed(string(built)), "")[0]
		}
		all = append(all, s)
	}
	for i := range all {
		all[i].needed = needed[all[i].name]
	}
	return all
}

// builtFrom is the Dockerfile of a service's build: a context, or a mapping with it. It is "" if there is none.
func builtFrom(build any) string {
	dockerfile := "Dockerfile"
	long, isLong := build.(map[string]any)
	if isLong {
		build = long["context"]
		if build == nil {
			build = "."
		}
		if name, ok := long["dockerfile"].(string); ok {
			dockerfile = name
		}
	}
	folder, ok := build.(string)
	if !ok {
		return ""
	}
	return path.Join(folder, dockerfile)
}

// namesIn are the names in a list, or the keys of a mapping.
func namesIn(said any) []string {
	var names []string
	switch said := said.(type) {
	case map[string]any:
		return slices.Collect(maps.Keys(said))
	case []any:
		for _, name := range said {
			names = append(names, fmt.Sprint(name))
		}
	}
	return names
}

// firstPort is the first port in the container of entries of ports or expose; "" if there is none.
func firstPort(ports []yaml.Node) string {
	for _, p := range ports {
		if port := containerPort(p); port != "" {
			return port
		}
	}
	return ""
}

// containerPort is the port in the container of an entry of ports: 8080:80, 127.0.0.1:8080:80/tcp, 80, or a mapping
// with its target.
func containerPort(n yaml.Node) string {
	text := n.Value
	if n.Kind == yaml.MappingNode {
		var long struct{ Target string }
		if n.Decode(&long) != nil {
			return ""
		}
		text = long.Target
	}
	text = text[strings.LastIndex(text, ":")+1:]
	text, protocol, _ := strings.Cut(text, "/")
	if port, err := strconv.Atoi(text); err != nil || port < 1 || protocol == "udp" {
		return ""
	}
	return text
}

// writeCompose writes a server that is a Compose project, and what else is in it.
func writeCompose(b *bytes.Buffer, c compose, name string) {
	fmt.Fprintf(b, "  %s:\n    compose: %s\n", name, quoted("./"+c.file))
	entry := c.entries[0]
	said, why := fmt.Sprintf("entry: %q", entry.at()), "it publishes this port"
	if !entry.published {
		why = "it exposes this port, and no other service publishes one"
	}
	fmt.Fprintf(b, "    %-26s # %s\n", said, why)
	var could, cannot []string
	for _, s := range c.entries[1:] {
		could = append(could, s.at())
	}
	for _, s := range c.others {
		cannot = append(cannot, s.name)
	}
	var rest []string
	if len(could) > 0 {
		rest = append(rest, "the entry could also be "+strings.Join(could, " or "))
	}
	if len(cannot) > 0 {
		rest = append(rest, "parts of it: "+strings.Join(cannot, ", "))
	}
	if len(rest) > 0 {
		fmt.Fprintf(b, "    # %s\n", strings.Join(rest, "; "))
	}
	b.WriteString("    # env: {NAME: value}       # what the file is interpolated with\n")
}
