package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"spabench/harness/internal/described"
	"spabench/harness/spatest"
	"spabench/variants"
)

func listCommand() *cobra.Command {
	var asJSON bool
	kinds := []string{"checks", "variants", "features"}
	c := &cobra.Command{
		Use:   "list [checks|variants|features]",
		Short: "List the checks, the variants, or the features of a server",
		Long: `List the variants and the checks, or only what is named. A feature is something that a server can
offer beyond the page, its assets and an API; declaring it with check --features lets more checks run.`,
		ValidArgs: kinds,
		Args:      oneOf(kinds...),
		RunE: func(cmd *cobra.Command, args []string) error {
			w := cmd.OutOrStdout()
			if len(args) == 1 {
				switch args[0] {
				case "checks":
					return list(w, asJSON, checkList(), writeChecks)
				case "variants":
					if asJSON {
						return list(w, true, variantList(), nil)
					}
					return writeVariants(w, measurable())
				}
				return list(w, asJSON, featureList(), writeFeatures)
			}
			if asJSON {
				return list(w, true, map[string]any{"checks": checkList(), "variants": variantList()}, nil)
			}
			if err := writeVariants(w, measurable()); err != nil {
				return err
			}
			_, _ = fmt.Fprintln(w)
			return writeChecks(w, checkList())
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the list as JSON")
	return c
}

// listedCheck is a check as the list has it.
type listedCheck struct {
	Name        string        `json:"name"`
	Group       string        `json:"group"`
	Level       spatest.Level `json:"level"`
	Requirement string        `json:"requirement"`
	Rationale   string        `json:"rationale"`
	Spec        string        `json:"spec"`
	DependsOn   []string      `json:"depends_on,omitempty"`
}

func checkList() []listedCheck {
	var cs []listedCheck
	for _, c := range spatest.Checks() {
		cs = append(cs, listedCheck{c.Name, c.Group, c.Level, c.Requirement(), c.Rationale(), c.Spec, c.DependsOn})
	}
	return cs
}

func list[T any](w io.Writer, asJSON bool, items T, text func(io.Writer, T) error) error {
	if !asJSON {
		return text(w, items)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(items)
}

func writeChecks(w io.Writer, cs []listedCheck) error {
	nameWidth := 0
	for _, c := range cs {
		nameWidth = max(nameWidth, len(c.Name))
	}
	for _, c := range append([]listedCheck{{Name: "CHECK", Requirement: "REQUIREMENT"}}, cs...) {
		level := "LEVEL"
		if c.Group != "" {
			level = c.Level.String()
		}
		lead := fmt.Sprintf("%-*s  %-6s  ", nameWidth, c.Name, level)
		if _, err := fmt.Fprintln(w, lead+wrap(len(lead), c.Requirement)); err != nil {
			return err
		}
	}
	return nil
}

type listedFeature struct {
	Name    string `json:"name"`
	What    string `json:"what"`
	Example string `json:"example"`
}

func featureList() []listedFeature {
	var fs []listedFeature
	for _, f := range described.Features() {
		fs = append(fs, listedFeature{f.Name, f.What, f.Example})
	}
	return fs
}

// writeFeatures shows what check --features takes.
func writeFeatures(w io.Writer, fs []listedFeature) error {
	for _, f := range fs {
		lead := fmt.Sprintf("%-8s  ", f.Name)
		_, err := fmt.Fprintf(w, "%s%s\n%*s--features '%s=%s'\n",
			lead, wrap(len(lead), f.What), len(lead), "", f.Name, f.Example)
		if err != nil {
			return err
		}
	}
	return nil
}

func writeVariants(w io.Writer, vs []variants.Variant) error {
	nameWidth := 0
	for _, v := range vs {
		nameWidth = max(nameWidth, len(v.Name))
	}
	line := func(name, containers, description string) error {
		lead := fmt.Sprintf("%-*s  %-10s  ", nameWidth, name, containers)
		_, err := fmt.Fprintln(w, lead+wrap(len(lead), description))
		return err
	}
	if err := line("VARIANT", "CONTAINERS", "DESCRIPTION"); err != nil {
		return err
	}
	for _, v := range vs {
		description := v.Title
		if v.Kind == variants.Optional || v.Kind == variants.Experiment {
			description += " (measured only when named with --only)"
		}
		if err := line(v.Name, fmt.Sprint(len(v.Containers)), description); err != nil {
			return err
		}
	}
	return nil
}
