package main

import (
	"fmt"
	"strings"

	"spabench/harness/spatest"
)

// selectChecks names the checks of a level and stricter among those that are asked for. Names that do not exist are
// left to the suite, which knows the nearest.
func selectChecks(level string, only []string) ([]string, error) {
	var loosest spatest.Level
	if err := loosest.UnmarshalText([]byte(strings.ToUpper(level))); err != nil {
		return nil, fmt.Errorf("--level %q: give must, should or may", level)
	}
	if loosest == spatest.May {
		return only, nil
	}
	asked := map[string]bool{}
	for _, name := range only {
		asked[name] = true
	}
	var names []string
	known := map[string]bool{}
	for _, c := range spatest.Checks() {
		known[c.Name], known[c.Group] = true, true
		if c.Level <= loosest && (len(only) == 0 || asked[c.Name] || asked[c.Group]) {
			names = append(names, c.Name)
		}
	}
	for _, name := range only {
		if !known[name] {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("--level %s: none of the checks in --only %s is that strict",
			level, strings.Join(only, ", "))
	}
	return names, nil
}
