// Package remedy knows how common servers are made to keep the rules that the suite checks.
package remedy

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"spabench/harness/internal/nearest"
	"spabench/harness/spatest"
)

// Server is a server, or framework, that remedies are known for.
type Server struct {
	Name  string // as --server takes it, and of its file in data
	Title string // as people call it

	remedies map[string]string // by check or cause
}

// Remedy is a few lines of configuration or code that keep the rule of this check, or end this cause; "" if none is
// known.
func (s Server) Remedy(name string) string { return s.remedies[name] }

//go:embed data/*.txt
var data embed.FS

// names of the data files, in the order of a listing.
var names = []string{"nginx", "caddy", "apache", "fastapi", "django", "express", "sirv", "serve", "fiber", "go"}

// Names are those that Find knows.
func Names() []string { return slices.Clone(names) }

// Servers are all servers that remedies are known for.
func Servers() []Server { return slices.Clone(servers()) }

var servers = sync.OnceValue(func() []Server {
	var all []Server
	for _, name := range names {
		s, err := read(name)
		if err != nil {
			panic(err) // the files are part of the program, and its tests read them
		}
		all = append(all, s)
	}
	return all
})

// Find returns the server of this name; the error has the nearest one.
func Find(name string) (Server, error) {
	i := slices.Index(names, name)
	if i < 0 {
		return Server{}, fmt.Errorf("unknown server software %q%s (%s)",
			name, nearest.Suggestion(name, names), strings.Join(names, ", "))
	}
	return servers()[i], nil
}

// read parses a data file: "-- check check --" on a line of its own, then the remedy of these checks. The first
// section is the title.
func read(name string) (Server, error) {
	text, err := data.ReadFile(path.Join("data", name+".txt"))
	if err != nil {
		return Server{}, err
	}
	s := Server{Name: name, remedies: map[string]string{}}
	var checks []string
	for line := range strings.Lines(string(text)) {
		if head, ok := header(line); ok {
			checks = strings.Fields(head)
			for _, check := range checks {
				if _, twice := s.remedies[check]; twice {
					return s, fmt.Errorf("read remedies of %s: %s is there twice", name, check)
				}
				s.remedies[check] = ""
			}
			continue
		}
		for _, check := range checks {
			s.remedies[check] += line
		}
	}
	for check, remedy := range s.remedies {
		if s.remedies[check] = strings.TrimRight(remedy, "\n"); s.remedies[check] == "" {
			return s, fmt.Errorf("read remedies of %s: %s is empty", name, check)
		}
	}
	s.Title = s.remedies["title"]
	delete(s.remedies, "title")
	return s, nil
}

func header(line string) (string, bool) {
	line = strings.TrimSpace(line)
	head, ok := strings.CutPrefix(line, "-- ")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(head, " --")
}

// Checks are those that a remedy is known for, in no order.
func (s Server) Checks() []string {
	var checks []string
	for check := range s.remedies {
		checks = append(checks, check)
	}
	return checks
}

// For returns the servers whose remedies mend what these outcomes violate, at most two: those that their own exchanges
// show, else those that the whole report shows. A proxy in front of an application shows both. It needs a remedy for
// one of these names, of checks or causes.
func For(names []string, whole []Sighting, outcomes ...spatest.Outcome) []Server {
	servers := withRemedies(Recognise(outcomes...))
	if len(servers) == 0 {
		servers = withRemedies(whole)
	}
	servers = slices.DeleteFunc(servers, func(s Server) bool {
		return !slices.ContainsFunc(names, func(name string) bool { return s.Remedy(name) != "" })
	})
	return servers[:min(2, len(servers))]
}

// withRemedies are those of the sightings for which remedies are known.
func withRemedies(seen []Sighting) []Server {
	var servers []Server
	for _, s := range seen {
		if server, err := Find(s.Name); err == nil {
			servers = append(servers, server)
		}
	}
	return servers
}
