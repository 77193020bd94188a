package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"spabench/harness/internal/nearest"
	"spabench/harness/spatest"
	"spabench/variants"
)

func listCommand() *cobra.Command {
	var asJSON bool
	what := []string{"checks", "variants", "features"}
	c := &cobra.Command{
		Use:       "list [checks|variants|features]",
		Short:     "List the checks, the variants, or what --features takes",
		ValidArgs: what,
		Args:      cobra.MaximumNArgs(1),
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
					return writeVariants(w, variants.All())
				case "features":
					return list(w, asJSON, featureList(), writeFeatures)
				}
				return fmt.Errorf("list %q: did you mean %q?", args[0], nearest.Name(args[0], what))
			}
			if asJSON {
				return list(w, true, map[string]any{"checks": checkList(), "variants": variantList()}, nil)
			}
			if err := writeVariants(w, variants.All()); err != nil {
				return err
			}
			_, _ = fmt.Fprintln(w)
			return writeChecks(w, checkList())
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return c
}

// listed is what a reader of the list needs of a check.
type listed struct {
	Name        string        `json:"name"`
	Group       string        `json:"group"`
	Level       spatest.Level `json:"level"`
	Requirement string        `json:"requirement"`
	Rationale   string        `json:"rationale"`
	Spec        string        `json:"spec"`
	DependsOn   []string      `json:"depends_on,omitempty"`
}

func checkList() []listed {
	var cs []listed
	for _, c := range spatest.Checks() {
		cs = append(cs, listed{c.Name, c.Group, c.Level, c.Requirement(), c.Rationale(), c.Spec, c.DependsOn})
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

func writeChecks(w io.Writer, cs []listed) error {
	nameWidth := 0
	for _, c := range cs {
		nameWidth = max(nameWidth, len(c.Name))
	}
	for _, c := range append([]listed{{Name: "CHECK", Requirement: "REQUIREMENT"}}, cs...) {
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
	for _, f := range features() {
		fs = append(fs, listedFeature{f.name, f.what, f.example})
	}
	return fs
}

// writeFeatures shows what check --features takes.
func writeFeatures(w io.Writer, fs []listedFeature) error {
	for _, f := range fs {
		lead := fmt.Sprintf("%-8s  ", f.Name)
		if _, err := fmt.Fprintf(w, "%s%s\n%s--features '%s=%s'\n", lead, wrap(len(lead), f.What), strings.Repeat(" ", len(lead)), f.Name, f.Example); err != nil {
			return err
		}
	}
	return nil
}

func writeVariants(w io.Writer, vs []variants.Variant) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "VARIANT\tCONTAINERS\tWHAT")
	for _, v := range vs {
		what := v.Title
		if v.Kind == variants.Optional {
			what += " (measured only when named)"
		}
		_, _ = fmt.Fprintf(t, "%s\t%d\t%s\n", v.Name, len(v.Containers), what)
	}
	return t.Flush()
}
