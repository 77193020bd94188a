package project

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// Load is what the file says of one load that a bench makes. What is zero was not said.
type Load struct {
	Name        string
	Rate        int           // requests, or visits, per second; the same for all servers
	Path        string        // request target at the project's servers
	Connections int           // that may be open at once
	Duration    time.Duration // of the load in each round, of each server
}

// Loads are the names of the loads that the project's servers get.
var Loads = append([]string{"page", "deep-link", "asset", "api", "absent"}, visits...)

// visits are those whose connections are a browser's.
var visits = []string{"visit", "visit-identity", "visit-gzip", "visit-br", "revisit"}

const (
	maxRate        = 100_000
	maxConnections = 1000
	minDuration    = 10 * time.Millisecond
	maxDuration    = 10 * time.Minute
)

// Missing says that the file with the budgets is not there.
func (p *Project) Missing() error { return errors.Join(p.missing...) }

func (r *reader) loads(n value) []Load {
	var all []Load
	var known []field
	for _, name := range Loads {
		known = append(known, field{name, func(n value) { all = append(all, r.load(n, name)) }})
	}
	r.mapping(n, "loads", known)
	return all
}

func (r *reader) load(n value, name string) Load {
	l := Load{Name: name}
	faults := len(r.errs)
	r.mapping(n, n.key, []field{
		{"rate", func(n value) { l.Rate = r.number(n, maxRate) }},
		{"path", func(n value) { l.Path = r.target(n) }},
		{"connections", func(n value) {
			if l.Connections = r.number(n, maxConnections); slices.Contains(visits, name) {
				r.fail(n, "a visit opens as many connections as a browser; leave the key out")
			}
		}},
		{"duration", func(n value) { l.Duration = r.duration(n) }},
	})
	if len(r.errs) == faults && l == (Load{Name: name}) {
		r.fail(n, "it says nothing of the load; leave the key out, or give a rate, a path, connections or a duration")
	}
	return l
}

// number reads a whole number from 1 to most.
func (r *reader) number(n value, most int) int {
	text := r.text(n)
	number, err := strconv.Atoi(text)
	if text != "" && (err != nil || number < 1 || number > most) {
		r.fail(n, "%q is not a whole number from 1 to %d", text, most)
		return 0
	}
	return number
}

var durationForm = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?(ms|s|m)$`)

// duration reads a duration.
func (r *reader) duration(n value) time.Duration {
	text := r.text(n)
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(text)
	if !durationForm.MatchString(text) || err != nil || d < minDuration || d > maxDuration {
		r.fail(n, "%q is not a duration from %s to %s, such as 500ms or 2s", text, minDuration, maxDuration)
		return 0
	}
	return d
}

// names reads a list of names. One of our variants is called null, which in YAML is a value of another kind.
func (r *reader) names(n value) []Setting {
	n = n.resolved()
	if n.node.Kind != yaml.SequenceNode {
		r.fail(n, "give a list here, such as [embedded-go, null]")
		return nil
	}
	var all []Setting
	for _, v := range r.list(n) {
		v = v.resolved()
		s := Setting{Name: v.node.Value, Key: v.key}
		if v.node.Kind != yaml.ScalarNode || strings.TrimSpace(s.Name) != "null" {
			s.Name = r.text(v)
		}
		if slices.ContainsFunc(all, func(other Setting) bool { return other.Name == s.Name && s.Name != "" }) {
			r.fail(v, "%s is listed twice", s.Name)
		}
		r.lines[v.key] = v.node.Line
		all = append(all, s)
	}
	return all
}
