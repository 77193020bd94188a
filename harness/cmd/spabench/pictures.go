package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"spabench/harness/internal/page"
	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

// pictured puts the pictures of a run into its page in Markdown, each before the table that has its numbers. It returns
// their files, too, by their names beside the page.
func pictured(run record.Run, text string) (string, map[string]string, error) {
	drawings, err := page.Drawings(run)
	if err != nil {
		return "", nil, err
	}
	files := map[string]string{}
	for _, d := range drawings {
		i := slices.IndexFunc(table.Tables(), func(t table.Table) bool { return t.Name == d.Table })
		heading := fmt.Sprintf("## %s\n\n", table.Tables()[i].Title)
		if !strings.Contains(text, heading) {
			continue
		}
		text = strings.Replace(text, heading, heading+markdownPicture(d, d.Name), 1)
		files[d.Name] = d.SVG
	}
	return text, files, nil
}

// markdownPicture is a paragraph with a picture.
func markdownPicture(d page.Drawing, path string) string {
	return fmt.Sprintf("![%s](%s)\n\n", d.Label, path)
}

// headlinePicture is the paragraph with the headline's picture, for the README; "" where the run has none.
func headlinePicture(run record.Run, name string) (string, error) {
	drawings, err := page.Drawings(run)
	if err != nil {
		return "", err
	}
	for _, d := range drawings {
		if d.Table == "headline" {
			return markdownPicture(d, "results/"+name+"/"+d.Name), nil
		}
	}
	return "", nil
}

// withPictures is the page with its pictures, whose files it writes beside it.
func (f *resultsFolder) withPictures(run record.Run, text string) (string, error) {
	text, files, err := pictured(run, text)
	if err != nil {
		return "", err
	}
	for name, svg := range files {
		if err := os.WriteFile(filepath.Join(f.path, name), []byte(svg), 0o644); err != nil {
			return "", fmt.Errorf("write the pictures of the results: %w", err)
		}
	}
	return text, nil
}

// runPage is the page of a run with its pictures, by their paths below the root.
func runPage(run record.Run, name string, out map[string]string) error {
	text, err := table.Page(run, name)
	if err != nil {
		return err
	}
	text, files, err := pictured(run, text)
	if err != nil {
		return err
	}
	out[filepath.Join("results", name, "README.md")] = text
	for file, svg := range files {
		out[filepath.Join("results", name, file)] = svg
	}
	return nil
}
