package project

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// composeFiles are the names by which Compose finds a project's file, in its order.
var composeFiles = []string{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"}

// published is a service of a Compose file that publishes a port.
type published struct{ service, port string }

// findEntry looks for a Compose file, and in it for the service that browsers most likely talk to: one that publishes a
// port, and among several one that is called like a proxy or a front end.
func findEntry(folder fs.FS) (file string, entry published, found bool) {
	for _, name := range composeFiles {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			continue
		}
		var parsed struct {
			Services map[string]struct{ Ports []yaml.Node }
		}
		if yaml.Unmarshal(text, &parsed) != nil {
			return name, published{}, false
		}
		var all []published
		for _, service := range slices.Sorted(maps.Keys(parsed.Services)) {
			for _, p := range parsed.Services[service].Ports {
				if port := containerPort(p); port != "" {
					all = append(all, published{service, port})
				}
			}
		}
		slices.SortStableFunc(all, func(a, b published) int { return rankOf(a.service) - rankOf(b.service) })
		if len(all) == 0 {
			return name, published{}, false
		}
		return name, all[0], true
	}
	return "", published{}, false
}

// rankOf is how likely a service is the entry, by its name: the lower, the likelier.
func rankOf(service string) int {
	for i, names := range [][]string{
		{"proxy", "nginx", "caddy", "traefik", "gateway"}, {"web", "front", "client", "ui", "spa"}, {"app", "server"},
	} {
		for _, name := range names {
			if strings.Contains(service, name) {
				return i
			}
		}
	}
	return 3
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

// writeCompose writes a server that is a Compose project.
func writeCompose(b *bytes.Buffer, file string, entry published, name string) {
	fmt.Fprintf(b, "  %s:\n    compose: %s\n", name, quoted("./"+file))
	said := fmt.Sprintf("entry: %q", entry.service+":"+entry.port)
	fmt.Fprintf(b, "    %-26s # it publishes this port\n", said)
	b.WriteString("    # env: {NAME: value}       # what the file is interpolated with\n")
}
