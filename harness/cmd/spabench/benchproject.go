package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"spabench/harness/internal/bench"
	"spabench/harness/internal/gate"
	"spabench/harness/internal/project"
	"spabench/harness/internal/record"
	"spabench/variants"
)

// readProject completes the flags with what a project's file says of a bench: its servers are added, beside the
// variants that it names. A flag that was given replaces what the file says of the same thing. Without --project, the
// file in the working directory is read outside of a checkout, if there is one; an empty --project reads none.
func (f *benchFlags) readProject(flags *pflag.FlagSet, inside bool, stderr io.Writer) (*project.Project, error) {
	named := flags.Changed("project")
	if named && f.project == "" || !named && inside {
		return nil, nil
	}
	p, err := project.Find(".", f.project)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return nil, f.requireServers(flags)
	}
	if named && len(p.Servers) == 0 && !flags.Changed("add") {
		return nil, fmt.Errorf("--project %s: this file has no servers to measure (see spabench schema project)",
			p.File)
	}
	_, _ = fmt.Fprintf(stderr, "reading %s\n", p.File)
	f.project = p.File
	if !flags.Changed("add") {
		if f.add, err = f.serversOf(p); err != nil {
			return nil, err
		}
	}
	if flags.Changed("only") {
		return p, nil
	}
	f.only, err = compareWith(p, f.add)
	return p, err
}

// requireServers returns an error if nothing says what to measure in a folder that has no project's file. Our variants
// alone are hardly meant there.
func (f *benchFlags) requireServers(flags *pflag.FlagSet) error {
	for _, name := range []string{"add", "only", "dist"} {
		if flags.Changed(name) {
			return nil
		}
	}
	return fmt.Errorf("there is neither a %s nor a spabench checkout in this folder: spabench init writes that file, "+
		"--add measures a server without it, and --only measures our variants", project.FileName)
}

// serversOf names the servers of the file, or those of them that --only names.
func (f *benchFlags) serversOf(p *project.Project) ([]string, error) {
	known := append(p.ServerNames(), variants.Names(measurable())...)
	for _, name := range f.only {
		if _, ours := variants.Find(name); !ours && !slices.Contains(known, name) {
			return nil, fmt.Errorf("--only: %w",
				unknownName("variant or server", name, known, "spabench list variants, "+p.File))
		}
	}
	var names []string
	for _, name := range p.ServerNames() {
		if _, taken := variants.Find(name); taken || name == record.ControlArm {
			return nil, fmt.Errorf("%s: spabench has a variant of the name %s; choose another one",
				p.Where("servers."+name), name)
		}
		if len(f.only) == 0 || slices.Contains(f.only, name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// compareWith names what is measured if the file says beside which variants the servers are: those, and the servers
// that were added. It is empty if the file says nothing.
func compareWith(p *project.Project, added []string) (only []string, err error) {
	if len(p.CompareWith) == 0 {
		return nil, nil
	}
	for _, s := range p.CompareWith {
		if _, err := selectVariants([]string{s.Name}); err != nil {
			return nil, fmt.Errorf("%s: %w", p.Where(s.Key), err)
		}
		only = append(only, s.Name)
	}
	for _, item := range added {
		name, _, _ := strings.Cut(item, "=")
		only = append(only, name)
	}
	return only, nil
}

// giveLoads puts into a plan what a project's file says of its loads.
func giveLoads(plan bench.Plan, p *project.Project) bench.Plan {
	if p == nil {
		return plan
	}
	var all []bench.Given
	for _, l := range p.Loads {
		all = append(all, bench.Given(l))
	}
	return bench.Give(plan, all)
}

// budgets are those of --gate, or else of the project's file.
func (f *benchFlags) budgets(flags *pflag.FlagSet, p *project.Project, plan bench.Plan) ([]gate.Budget, error) {
	if p == nil || p.Gate == "" || flags.Changed("gate") {
		return readBudgets(f.gateFile, plan)
	}
	if err := p.Missing(); err != nil {
		return nil, err
	}
	budgets, err := readBudgets(p.Gate, plan)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; --gate \"\" measures without budgets", p.Where("gate"), err)
	}
	return budgets, nil
}

// projectOf is the project by whose file a run was planned; nil if there was none.
func projectOf(plan bench.Plan) (*project.Project, error) {
	if plan.Project == "" {
		return nil, nil
	}
	return project.Read(plan.Project)
}
