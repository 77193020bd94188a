package spatest

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

func guardChecks() []Check {
	return []Check{
		{
			Name: "security-guard-bypass", Group: "security", Level: Must,
			DependsOn: []string{"routing-root"}, Needs: []Feature{FeatureGuard},
			Spec: "https://www.rfc-editor.org/rfc/rfc3986.html#section-6.2.2",
			Doc: `a guarded path has no second spelling that gets the file

Whoever guards a path and whoever opens the file must read it alike: one that
decodes, merges slashes, removes dot segments or ignores case after the other has
looked serves what was to be refused. Any refusal is legal, and so is the page.
The spellings are made by rules (guard.txt).`,
			Run: checkGuard,
		},
	}
}

//go:embed guard.txt
var guardRules string

// respelling is one rule of guard.txt.
type respelling struct {
	how      string // first, all, each
	what     *regexp.Regexp
	spelling string
}

func readRespellings(lines []string) ([]respelling, error) {
	var rules []respelling
	for _, line := range lines {
		columns := strings.Fields(line)
		if len(columns) != 3 || !slices.Contains([]string{"first", "all", "each"}, columns[0]) {
			return nil, fmt.Errorf("read rule %q: want first, all or each, a regular expression, a spelling", line)
		}
		what, err := regexp.Compile(columns[1])
		if err != nil {
			return nil, fmt.Errorf("read rule %q: %w", line, err)
		}
		rules = append(rules, respelling{columns[0], what, columns[2]})
	}
	return rules, nil
}

// apply returns the spellings of a path that the rule makes.
func (r respelling) apply(path string) []string {
	var spans [][2]int
	for _, m := range r.what.FindAllStringSubmatchIndex(path, -1) {
		span := [2]int{m[0], m[1]}
		if len(m) > 2 && m[2] >= 0 {
			span = [2]int{m[2], m[3]}
		}
		spans = append(spans, span)
	}
	if len(spans) == 0 {
		return nil
	}
	if r.how == "first" {
		spans = spans[:1]
	}
	if r.how == "all" {
		return []string{r.replace(path, spans)}
	}
	var made []string
	for i := range spans {
		made = append(made, r.replace(path, spans[i:i+1]))
	}
	return made
}

func (r respelling) replace(path string, spans [][2]int) string {
	var b strings.Builder
	done := 0
	for _, span := range spans {
		match := path[span[0]:span[1]]
		b.WriteString(path[done:span[0]])
		b.WriteString(strings.NewReplacer(
			"{}", match, "{%}", escape(match, "%"), "{%25}", escape(match, "%25"), "{upper}", strings.ToUpper(match),
		).Replace(r.spelling))
		done = span[1]
	}
	return b.String() + path[done:]
}

// escape writes every byte of s as two hexadecimal digits behind mark.
func escape(s, mark string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, "%s%02X", mark, s[i])
	}
	return b.String()
}

// maxSpellings of one path: a path of a hundred characters has this many.
const maxSpellings = 400

// respell lists the spellings of a path, each once.
func respell(rules []respelling, path string) []string {
	seen := map[string]bool{path: true}
	var list []string
	for _, rule := range rules {
		for _, spelling := range rule.apply(path) {
			if !seen[spelling] && len(list) < maxSpellings {
				seen[spelling] = true
				list = append(list, spelling)
			}
		}
	}
	return list
}

func checkGuard(ctx context.Context, p *Pass) error {
	rules, err := readRespellings(
		corpusLines(guardRules, "{assets}", p.assets(), "{origin}", p.client.origin.String()+p.client.base),
	)
	if err != nil {
		return err
	}
	for _, path := range p.Target.Guarded {
		plain, err := p.probe(ctx, path, Subresource("empty"))
		if err != nil && !refusedByClosing(err) {
			return err
		}
		if err == nil && p.leak(plain) != "" {
			p.Reportf(plain, "a refusal", "", "the guarded path itself gets the file")
			continue
		}
		if err := p.fuzzGuard(ctx, path, plain, respell(rules, path)); err != nil {
			return err
		}
	}
	return nil
}

// fuzzGuard puts the answer to every spelling into one of three classes: the
// same answer as the guarded path gets, another one without the file (blocked),
// and the file (leaked).
func (p *Pass) fuzzGuard(ctx context.Context, path string, plain *Exchange, spellings []string) error {
	var mu sync.Mutex
	same, blocked, leaked := 0, 0, 0
	count := func(n *int) {
		mu.Lock()
		defer mu.Unlock()
		*n++
	}
	err := p.each(ctx, probes(spellings), func(ctx context.Context, f File) error {
		x, err := p.probe(ctx, f.Target, Subresource("empty"))
		if refusedByClosing(err) {
			count(&blocked)
			return nil
		}
		if err != nil {
			return err
		}
		end, err := p.follow(ctx, x, Subresource("empty"))
		if err != nil && !refusedByClosing(err) {
			return err
		}
		if err != nil {
			end = x
		}
		switch what := p.leak(end); {
		case what != "":
			count(&leaked)
			p.Reportf(end, "a refusal, as "+path+" gets", "", "a second spelling of %s gets %s: %s", path, what, f.Target)
		case plain.Response != nil && x.Response.Status == plain.Response.Status && bytes.Equal(x.Response.Body, plain.Response.Body):
			count(&same)
		default:
			count(&blocked)
		}
		return nil
	})
	p.Notef(
		"%s has %d spellings: %d get the same answer, %d are blocked otherwise, %d leak",
		path,
		same+blocked+leaked,
		same,
		blocked,
		leaked,
	)
	return err
}
