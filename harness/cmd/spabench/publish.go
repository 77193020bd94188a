package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

// pages renders everything that is published from records: each run's page, the index of runs, and the headline
// in the project's README. Keys are paths below root. A test holds that the files there are equal to this.
func pages(root string) (map[string]string, error) {
	files, err := filepath.Glob(filepath.Join(root, "results", "*", "run.jsonl"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("render published runs: no run in %s; make one with spabench bench", filepath.Join(root, "results"))
	}
	out := map[string]string{}
	var runs []table.Published
	for _, f := range files {
		run, err := record.Read(f)
		var cut *record.TruncatedError
		if err != nil && !errors.As(err, &cut) { // what is whole of a run that was cut off is shown, and called interrupted
			return nil, err
		}
		name := filepath.Base(filepath.Dir(f))
		runs = append(runs, table.Published{Name: name, Run: run})
		if out[filepath.Join("results", name, "README.md")], err = table.Page(run, name); err != nil {
			return nil, err
		}
	}
	if out[filepath.Join("results", "README.md")], err = table.Index(runs); err != nil {
		return nil, err
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		return nil, err
	}
	out["README.md"], err = withHeadline(string(readme), runs)
	return out, err
}

var headline = regexp.MustCompile(`(?s)<!-- headline (\S+) -->\n.*?<!-- /headline -->`)

// withHeadline renders the headline table again between the marks in the README, from the run that the first one names.
func withHeadline(readme string, runs []table.Published) (string, error) {
	m := headline.FindStringSubmatch(readme)
	if m == nil {
		return "", errors.New("render the headline: README.md has no <!-- headline RUN --> mark")
	}
	for _, r := range runs {
		if r.Name == m[1] {
			text, err := table.Headline(r.Run, r.Name)
			if err != nil {
				return "", err
			}
			block := fmt.Sprintf("<!-- headline %s -->\n%s<!-- /headline -->", r.Name, text)
			return headline.ReplaceAllLiteralString(readme, block), nil
		}
	}
	return "", fmt.Errorf("render the headline: README.md names run %s, which is not in results/", m[1])
}

// publish writes all of it.
func publish(root string) error {
	files, err := pages(root)
	if err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			return fmt.Errorf("write tables: %w", err)
		}
	}
	return nil
}
