package main

import (
	"fmt"
	"os"
	"strings"
)

// readWaivers reads the expected failures of a file and of the command line. That each is a check's, and fails, is for
// the suite to say.
func readWaivers(file string, given []string) (map[string]string, error) {
	waivers := map[string]string{}
	add := func(where, name, reason string) error {
		name, reason = strings.TrimSpace(name), strings.TrimSpace(reason)
		if name == "" || reason == "" {
			return fmt.Errorf("%s: give the check's name and the reason", where)
		}
		if _, twice := waivers[name]; twice {
			return fmt.Errorf("%s: %s is listed twice", where, name)
		}
		waivers[name] = reason
		return nil
	}
	if file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("--expect: %w", err)
		}
		n := 0
		for line := range strings.Lines(string(text)) {
			n++
			line = strings.TrimSpace(line)
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			name, reason, _ := strings.Cut(strings.ReplaceAll(line, "\t", " "), " ")
			if err := add(fmt.Sprintf("%s:%d", file, n), name, reason); err != nil {
				return nil, err
			}
		}
	}
	for _, item := range given {
		name, reason, _ := strings.Cut(item, "=")
		if err := add(fmt.Sprintf("--waive %q", item), name, reason); err != nil {
			return nil, err
		}
	}
	return waivers, nil
}
