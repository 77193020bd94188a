package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"spabench/harness/internal/report"
	"spabench/harness/internal/table"
)

func schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema [check|table]",
		Short: "Print the JSON Schema of check --json or table --format json",
		Long: `Print the JSON Schema (draft 2020-12) of the report that check --json writes, or of the tables that
table --format json writes; without a name, of the report. Its $id has the version.`,
		ValidArgs: []string{"check", "table"},
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fmt.Errorf("schema: give check or table, not %d arguments (%s --help)", len(args), cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			schema := report.Schema
			if len(args) > 0 {
				switch args[0] {
				case "check":
				case "table":
					schema = table.Schema
				default:
					return fmt.Errorf("schema %q: give check or table", args[0])
				}
			}
			_, err := cmd.OutOrStdout().Write(schema)
			return err
		},
	}
}
