package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

func mutantsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "mutants",
		Short: "List, serve and score the servers that the checks are tested with",
		Long: `A mutant is a correct server with one rule broken: the check for that rule must fail, and no other. An
oddity does something unusual but legal: all checks must accept it. Serve one to see a failure in a
browser, or to test another checker.`,
		Args: noArgs,
		RunE: showHelp,
	}
	c.AddCommand(mutantsListCommand(), mutantsServeCommand(), mutantsScoreCommand())
	return c
}

// specimen is a mutant or an oddity, as a list has it.
type specimen struct {
	Name  string   `json:"name"`
	Kind  string   `json:"kind"` // mutant or oddity
	Check string   `json:"check"`
	Also  []string `json:"also,omitempty"`
	Doc   string   `json:"doc"`

	mutant mutant.Mutant
}

// specimens are all mutants and oddities, by check.
func specimens() []specimen {
	var all []specimen
	add := func(kind string, check string, list []mutant.Mutant) {
		for _, m := range list {
			if m.Check == check {
				all = append(all, specimen{m.Name, kind, m.Check, m.Also, m.Doc, m})
			}
		}
	}
	mutants, oddities := mutant.All(), mutant.Oddities()
	for _, check := range checkNames() {
		add("mutant", check, mutants)
		add("oddity", check, oddities)
	}
	return all
}

// referenceName names the server that breaks no rule.
const referenceName = "reference"

func specimenNames() []string {
	names := []string{referenceName}
	for _, s := range specimens() {
		names = append(names, s.Name)
	}
	return names
}

// selectSpecimens are those of these checks, groups or names; all, when none is named.
func selectSpecimens(only []string) ([]specimen, error) {
	all := specimens()
	if len(only) == 0 {
		return all, nil
	}
	known := append(checkAndGroupNames(), specimenNames()[1:]...)
	for _, name := range only {
		if !slices.Contains(known, name) {
			kinds := "check, group, mutant or oddity"
			err := unknownName(kinds, name, known, "spabench mutants list")
			return nil, fmt.Errorf("--only: %w", err)
		}
	}
	return slices.DeleteFunc(all, func(s specimen) bool {
		return !slices.ContainsFunc([]string{s.Name, s.Check, groupOf(s.Check)}, func(name string) bool {
			return slices.Contains(only, name)
		})
	}), nil
}

func groupOf(check string) string {
	for _, c := range spatest.Checks() {
		if c.Name == check {
			return c.Group
		}
	}
	return ""
}

// registerSpecimens registers --only of the commands that take some of the mutants and oddities.
func registerSpecimens(c *cobra.Command, only *[]string) {
	c.Flags().StringSliceVar(only, "only", nil,
		"take only the mutants and oddities with these `names`, comma-separated, or of these checks or groups")
	complete(c, "only", checkAndGroupNames)
}

func mutantsListCommand() *cobra.Command {
	var asJSON bool
	var only []string
	c := &cobra.Command{
		Use:   "list",
		Short: "List the mutants and the oddities",
		Long:  "List the mutants and the oddities, each below the check that must fail or accept it.",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			chosen, err := selectSpecimens(only)
			if err != nil {
				return err
			}
			return list(cmd.OutOrStdout(), asJSON, chosen, writeSpecimens)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the list as JSON")
	registerSpecimens(c, &only)
	return c
}

func writeSpecimens(w io.Writer, chosen []specimen) error {
	nameWidth, check := 0, ""
	for _, s := range chosen {
		nameWidth = max(nameWidth, len(s.Name))
	}
	for _, s := range chosen {
		if s.Check != check {
			check = s.Check
			if _, err := fmt.Fprintln(w, check); err != nil {
				return err
			}
		}
		lead := fmt.Sprintf("  %s  %-*s  ", s.Kind, nameWidth, s.Name)
		if _, err := fmt.Fprintln(w, lead+wrap(len(lead), s.Doc)); err != nil {
			return err
		}
	}
	return nil
}
