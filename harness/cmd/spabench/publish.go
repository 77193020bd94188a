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
// in the project's README. Keys are paths below root. A test holds that the files there are equal to this. What was
// published from runs that were measured in an older way stays as it is.
func pages(root string) (map[string]string, error) {
	runs, err := published(root)
	if err != nil {
		return nil, err
	}
	out, err := runPages(root, runs)
	if err != nil {
		return nil, err
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		return nil, err
	}
	out["README.md"], err = withHeadline(string(readme), runs)
	return out, err
}

// published reads every run in the results folder.
func published(root string) ([]table.Published, error) {
	runs, err := recorded(root, "run.jsonl")
	if err == nil && len(runs) == 0 {
		return nil, fmt.Errorf("render published runs: no run in %s; make one with spabench bench",
			filepath.Join(root, "results"))
	}
	return runs, err
}

// recorded reads the records of that name in the folders of the results.
func recorded(root, name string) ([]table.Published, error) {
	files, err := filepath.Glob(filepath.Join(root, "results", "*", name))
	if err != nil {
		return nil, err
	}
	var runs []table.Published
	for _, f := range files {
		run, err := record.Read(f)
		var cut *record.TruncatedError
		if err != nil && !errors.As(err, &cut) { // a truncated run is shown as far as it goes, and called interrupted
			return nil, err
		}
		runs = append(runs, table.Published{Name: filepath.Base(filepath.Dir(f)), Run: run})
	}
	return runs, nil
}

// runPages renders the pages in the results folder.
func runPages(root string, runs []table.Published) (map[string]string, error) {
	out := map[string]string{}
	add := func(name, page string, err error) error {
		out[filepath.Join("results", name, "README.md")] = page
		return err
	}
	for _, r := range runs {
		if !table.Current(r.Run) {
			continue
		}
		if err := runPage(r.Run, r.Name, out); err != nil {
			return nil, err
		}
	}
	matrices, err := recorded(root, table.ReportsFile)
	if err != nil {
		return nil, err
	}
	for _, m := range matrices {
		page, err := table.Matrix(m.Run, m.Name, "../"+explanations)
		if err := add(m.Name, page, err); err != nil {
			return nil, err
		}
	}
	series, err := recordedSeries(root)
	if err != nil {
		return nil, err
	}
	for _, s := range series {
		if !s.Trust.Current() {
			continue // its page stays as it was published
		}
		page, err := s.Trust.Page(s.Name)
		if err := add(s.Name, page, err); err != nil {
			return nil, err
		}
	}
	claims, err := recordedClaims(root)
	if err != nil {
		return nil, err
	}
	for _, c := range claims {
		if c.Claims.Schema < record.ClaimsSchema {
			continue // its page stays as it was published
		}
		page, err := table.ClaimsPage(c.Claims, c.Name)
		if err := add(c.Name, page, err); err != nil {
			return nil, err
		}
	}
	witnesses, err := recordedWitnesses(root)
	if err != nil {
		return nil, err
	}
	for _, w := range witnesses {
		page, err := table.WitnessPage(w.Witness, w.Name)
		if err := add(w.Name, page, err); err != nil {
			return nil, err
		}
	}
	index, err := table.Index(runs, matrices, series, claims, witnesses, explanations)
	out[filepath.Join("results", explanations)] = table.Explanations()
	return out, add("", index, err)
}

var headline = regexp.MustCompile(`(?s)<!-- headline (\S+) -->\n.*?<!-- /headline -->`)

// withHeadline renders the headline table again between the marks in the README, from the run that the first one names,
// if that is a current one.
func withHeadline(readme string, runs []table.Published) (string, error) {
	m := headline.FindStringSubmatch(readme)
	if m == nil {
		return "", errors.New("render the headline: README.md has no <!-- headline RUN --> mark")
	}
	for _, r := range runs {
		if r.Name == m[1] {
			if !table.Current(r.Run) {
				return readme, nil
			}
			text, err := table.Headline(r.Run, r.Name)
			if err != nil {
				return "", err
			}
			picture, err := headlinePicture(r.Run, r.Name)
			if err != nil {
				return "", err
			}
			block := fmt.Sprintf("<!-- headline %s -->\n%s%s<!-- /headline -->", r.Name, picture, text)
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
	return writeFiles(root, files)
}

// writeResults writes the pages in the results folder alone: the README's headline stays that of the run it names.
func writeResults(root string) error {
	runs, err := published(root)
	if err != nil {
		return err
	}
	files, err := runPages(root, runs)
	if err != nil {
		return err
	}
	return writeFiles(root, files)
}

func writeFiles(root string, files map[string]string) error {
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			return fmt.Errorf("write tables: %w", err)
		}
	}
	return nil
}
