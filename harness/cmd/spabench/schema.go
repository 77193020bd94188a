package main

import (
	"github.com/spf13/cobra"

	"spabench/harness/internal/report"
	"spabench/harness/internal/table"
)

func schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema [check|table]",
		Short: "Print the JSON Schema of check --json or table --format json",
		Long: `Print the JSON Schema (draft 2020-12) of the report that check --json writes, which is the default, or
of the tables that table --format json writes. Its $id contains the version.`,
		ValidArgs: []string{"check", "table"},
		Args:      oneOf("check", "table"),
		RunE: func(cmd *cobra.Command, args []string) error {
			schema := report.Schema
			if len(args) > 0 && args[0] == "table" {
				schema = table.Schema
			}
			_, err := cmd.OutOrStdout().Write(schema)
			return err
		},
	}
}
