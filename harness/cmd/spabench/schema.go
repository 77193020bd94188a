package main

import (
	"github.com/spf13/cobra"

	"spabench/harness/internal/project"
	"spabench/harness/internal/report"
	"spabench/harness/internal/table"
)

func schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema [check|table|project]",
		Short: "Print the JSON Schema of a report, of tables, or of spabench.yaml",
		Long: `Print the JSON Schema (draft 2020-12) of the report that check --json writes, which is the default, of
the tables that table --format json writes, or of the file spabench.yaml, with which editors complete it. Its $id contains
the version.`,
		ValidArgs: []string{"check", "table", "project"},
		Args:      oneOf("check", "table", "project"),
		RunE: func(cmd *cobra.Command, args []string) error {
			schema := report.Schema
			if len(args) > 0 {
				schema = map[string][]byte{
					"check": report.Schema, "table": table.Schema, "project": project.Schema,
				}[args[0]]
			}
			_, err := cmd.OutOrStdout().Write(schema)
			return err
		},
	}
}
