package project

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Server is one way in which the project serves its app, in a container.
type Server struct {
	Name string

	Image string // reference of its image; "" if it is built from Dockerfile, or a Compose project

	Compose string // path of a Compose file
	Entry   string // its service that browsers talk to

	Dockerfile string            // path below Context
	Context    string            // folder
	Target     string            // the stage that is built; "" for the last
	Args       map[string]string // build arguments

	Port    int               // where it listens; 0 for the port that the image exposes
	Ready   string            // request target that responds once it is ready; "" for the page's
	Environ map[string]string // of the container

	missing []error
}

// Missing says which files, folders and variables of the environment are not there that this server needs.
func (s Server) Missing() error { return errors.Join(s.missing...) }

// Server returns the server of that name.
func (p *Project) Server(name string) (Server, bool) {
	for _, s := range p.Servers {
		if s.Name == name {
			return s, true
		}
	}
	return Server{}, false
}

// ServerNames lists the servers, in the order of the file.
func (p *Project) ServerNames() []string {
	var names []string
	for _, s := range p.Servers {
		names = append(names, s.Name)
	}
	return names
}

// ServerName matches what may be part of an image's name and of a container's.
var ServerName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$`)

func (r *reader) servers(n value) []Server {
	var all []Server
	r.pairs(n, "names of servers", func(v value, name string, _ int) {
		if !ServerName.MatchString(name) {
			r.fail(v, "name a server with lower-case letters, digits and hyphens, at most 40 of them")
		}
		all = append(all, r.server(v, name))
	})
	return all
}

func (r *reader) server(n value, name string) Server {
	s := Server{Name: name}
	dockerfile, context, entry, faults := "", "", "", len(r.errs)
	r.mapping(n, n.key, []field{
		{"image", func(n value) { s.Image = r.text(n) }},
		{"compose", func(n value) { s.Compose = r.existing(n) }},
		{"entry", func(n value) { entry = r.text(n) }},
		{"dockerfile", func(n value) { dockerfile = r.path(n) }},
		{"context", func(n value) { context = r.folder(n) }},
		{"target", func(n value) { s.Target = r.text(n) }},
		{"build-args", func(n value) { s.Args = r.environ(n) }},
		{"port", func(n value) { s.Port = r.port(n) }},
		{"ready", func(n value) { s.Ready = r.target(n) }},
		{"env", func(n value) { s.Environ = r.environ(n) }},
	})
	switch built := dockerfile != ""; {
	case len(r.errs) > faults: // what is wrong with it has been said
	case (entry != "") != (s.Compose != ""):
		r.fail(n, "compose and entry belong together: the path of a Compose file, and the service that browsers "+
			"talk to")
	case count(built, s.Image != "", s.Compose != "") != 1:
		r.fail(n, "give one of image (a reference), dockerfile (a path), or compose and entry")
	case s.Compose != "":
		r.entry(n, &s, entry)
	case !built && (context != "" || s.Target != "" || s.Args != nil):
		r.fail(n, "context, target and build-args are for a dockerfile, and this server has none")
	case built:
		r.build(n, &s, dockerfile, context)
	}
	s.missing = r.takeMissing()
	return s
}

// count is how many of the conditions hold.
func count(conditions ...bool) (n int) {
	for _, c := range conditions {
		if c {
			n++
		}
	}
	return n
}

// entry reads the service that browsers talk to: web, or web:80 with its port.
func (r *reader) entry(n value, s *Server, entry string) {
	service, port, err := ParseEntry(entry)
	if s.Entry = service; err != nil || port != 0 && s.Port != 0 {
		r.fail(n, "entry is the name of a service, or with its port, as in web:80; a port there and the key port exclude each other")
	}
	if port != 0 {
		s.Port = port
	}
}

// build finds the Dockerfile in its context: the folder that it is in, if no other is named.
func (r *reader) build(n value, s *Server, dockerfile, context string) {
	if info, err := os.Stat(dockerfile); err != nil || info.IsDir() {
		r.missing(n, "%s is not a file; give the path of a Dockerfile, relative to this file", dockerfile)
	}
	if s.Context = context; context == "" {
		s.Context = filepath.Dir(dockerfile)
	}
	below, err := filepath.Rel(s.Context, dockerfile)
	if err != nil || !filepath.IsLocal(below) {
		r.fail(n, "the Dockerfile %s is not inside its context, %s", dockerfile, s.Context)
		return
	}
	s.Dockerfile = below
}

// existing reads the path of a file that may be missing.
func (r *reader) existing(n value) string {
	path := r.path(n)
	if info, err := os.Stat(path); path != "" && (err != nil || info.IsDir()) {
		r.missing(n, "%s is not a file", path)
	}
	return path
}

// path reads the path of a file, relative to the project's.
func (r *reader) path(n value) string {
	path := r.text(n)
	if path != "" && !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(r.file), path)
	}
	return path
}

func (r *reader) port(n value) int {
	text := r.text(n)
	if text == "" {
		return 0
	}
	port, err := ParsePort(text)
	if err != nil {
		r.fail(n, "%v", err)
	}
	return port
}

// ParsePort reads the number of a TCP port.
func ParsePort(text string) (int, error) {
	port, err := strconv.Atoi(text)
	if err != nil || port < 1 || port > 65535 {
		return 0, fmt.Errorf("%q is not a port, which is a number from 1 to 65535", text)
	}
	return port, nil
}

// ParseEntry reads the service of a Compose project that browsers talk to: web, or web:80 with its port, which is 0 if
// it has none.
func ParseEntry(text string) (service string, port int, err error) {
	service, number, hasPort := strings.Cut(text, ":")
	if hasPort {
		port, err = ParsePort(number)
	}
	return service, port, err
}

// environ reads names with their values. A name without a value has that of the variable in the environment of this
// process, as in a Compose file, so that a secret need not stand in the file.
func (r *reader) environ(n value) map[string]string {
	all := map[string]string{}
	r.pairs(n, "names of variables", func(v value, name string, _ int) {
		if name == "" || strings.ContainsAny(name, "= \t") {
			r.fail(v, "%q is not the name of a variable", name)
			return
		}
		if v.node.Kind != yaml.ScalarNode || v.node.Tag != "!!null" {
			all[name] = r.value(v)
			return
		}
		value, set := os.LookupEnv(name)
		if !set {
			r.missing(v, "it has no value here, and the environment has no variable %s either", name)
		}
		all[name] = value
	})
	return all
}

// value reads a text that may be empty or have several lines.
func (r *reader) value(n value) string {
	if n.node.Kind != yaml.ScalarNode {
		return r.text(n)
	}
	return n.node.Value
}
