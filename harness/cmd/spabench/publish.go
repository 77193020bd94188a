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
func (p published) pages(root string) (map[string]string, error) {
	out, err := p.resultPages()
	if err != nil {
		return nil, err
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		return nil, err
	}
	out["README.md"], err = withHeadline(string(readme), p.runs)
	return out, err
}

// resultPages renders the pages in the results folder.
func (p published) resultPages() (map[string]string, error) {
	out := map[string]string{}
	add := func(name, page string, err error) error {
		out[filepath.Join("results", name, "README.md")] = page
		return err
	}
	for _, r := range p.runs {
		if !table.Current(r.Run) {
			continue
		}
		if err := runPage(r.Run, r.Name, out); err != nil {
			return nil, err
		}
	}
	for _, m := range p.matrices {
		page, err := table.Matrix(m.Run, m.Name, "../"+explanations)
		if err := add(m.Name, page, err); err != nil {
			return nil, err
		}
	}
	for _, s := range p.series {
		if !s.Trust.Current() {
			continue // its page stays as it was published
		}
		page, err := s.Trust.Page(s.Name)
		if err := add(s.Name, page, err); err != nil {
			return nil, err
		}
	}
	for _, d := range p.duels {
		if !d.Duels.Current() {
			continue
		}
		page, err := d.Duels.Page(d.Name)
		if err := add(d.Name, page, err); err != nil {
			return nil, err
		}
	}
	for _, c := range p.claims {
		if c.Claims.Schema < record.ClaimsSchema {
			continue // its page stays as it was published
		}
		page, err := table.ClaimsPage(c.Claims, c.Name)
		if err := add(c.Name, page, err); err != nil {
			return nil, err
		}
	}
	for _, w := range p.witnesses {
		page, err := table.WitnessPage(w.Witness, w.Name)
		if err := add(w.Name, page, err); err != nil {
			return nil, err
		}
	}
	index, err := table.Index(p.runs, p.matrices, p.series, p.duels, p.claims, p.witnesses, explanations)
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
	p, err := readPublished(root)
	if err != nil {
		return err
	}
	files, err := p.pages(root)
	if err != nil {
		return err
	}
	return writeFiles(root, files)
}

// writeResults writes the pages in the results folder alone: the README's headline stays that of the run it names.
func writeResults(root string) error {
	p, err := readPublished(root)
	if err != nil {
		return err
	}
	files, err := p.resultPages()
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
