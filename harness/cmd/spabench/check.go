package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"spabench/harness"
	"spabench/harness/spatest"
)

func checkCommand() *cobra.Command {
	var dist, api, apiGet, jsonFile string
	var only []string
	c := &cobra.Command{
		Use:   "check URL",
		Short: "Check a running server",
		Long: `Check that a running server routes and serves a single-page app correctly. With the URL alone, the page's assets are
discovered from the page; with --dist, every file of the build is compared byte for byte. No container engine is needed.`,
		Args: oneArg("one URL, such as http://127.0.0.1:8080"),
		RunE: func(cmd *cobra.Command, args []string) error {
			target := spatest.Target{URL: args[0], API: api, APIGet: apiGet, Only: only, Decoders: harness.Decoders()}
			if dist != "" {
				if info, err := os.Stat(dist); err != nil || !info.IsDir() {
					return fmt.Errorf("--dist %s: not a folder; give the one that the build wrote, with index.html in it", dist)
				}
				target.Dist = os.DirFS(dist)
			}
			began := time.Now()
			report, err := spatest.Inspect(cmd.Context(), target)
			if errors.Is(err, spatest.ErrNotABuild) {
				return fmt.Errorf("--dist %s: %w", dist, err)
			}
			if err != nil {
				return err
			}
			if jsonFile != "" {
				if err := writeJSON(jsonFile, cmd.OutOrStdout(), report); err != nil {
					return err
				}
			}
			if jsonFile == "-" {
				_, _ = fmt.Fprintln(cmd.ErrOrStderr(), summary(report, time.Since(began)))
			} else {
				writeReport(cmd.OutOrStdout(), report, time.Since(began))
			}
			if report.Err() != nil {
				return errNonconforming
			}
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&dist, "dist", "", "folder of the build that is served; its files are compared byte for byte")
	f.StringVar(&api, "api", "", `path prefix of the API (default "/api" if it answers); "-" when there is none`)
	f.StringVar(&apiGet, "api-get", "", "path of an endpoint that answers GET and nothing else: a DELETE is sent to it (default the API's /health)")
	f.StringSliceVar(&only, "only", nil, "these checks or groups alone, comma-separated (spabench list checks)")
	f.StringVar(&jsonFile, "json", "", "also write the report as JSON into this file; - for standard output instead of the text")
	return c
}

func writeJSON(file string, stdout io.Writer, report spatest.Report) error {
	b, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the report: %w", err)
	}
	b = append(b, '\n')
	if file == "-" {
		_, err = stdout.Write(b)
	} else {
		err = os.WriteFile(file, b, 0o644)
	}
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}
