package main

import (
	"github.com/spf13/cobra"

	"spabench/harness/internal/report"
)

func schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of check --json",
		Long:  `Print the JSON Schema (draft 2020-12) of the report that check --json writes. Its $id has the version.`,
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := cmd.OutOrStdout().Write(report.Schema)
			return err
		},
	}
}
