package page

import (
	"bytes"
	"html"
	"path/filepath"
	"strings"
	"testing"

	"spabench/harness/internal/record"
)

// tests reads a published run that tested claims.
func tests(t *testing.T, name string) record.Claims {
	t.Helper()
	run, err := record.ReadClaims(filepath.Join(results, name, record.ClaimsFile))
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// told is the page of claims.
func told(t *testing.T, run record.Claims) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteClaims(&b, run, ""); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The page has everything that a record of either schema says, and nothing twice.
func TestPublishedClaims(t *testing.T) {
	for name, claims := range map[string]int{"2026-11-26-claims": 19, "2026-11-26-claims-2": 1} {
		run := tests(t, name)
		text := told(t, run)
		t.Logf("%s: schema %d, %d bytes", name, run.Schema, len(text))
		whole(t, text)
		if len(run.Claims) != claims {
			t.Errorf("%s has %d claims, want %d", name, len(run.Claims), claims)
		}
		shown := html.UnescapeString(string(text))
		for _, c := range run.Claims {
			want := []string{c.Words, `id="` + c.ID + `"`, strings.TrimSuffix(c.Test, "."), c.Command}
			want = append(want, c.Evidence...)
			for _, s := range c.Tables {
				want = append(want, s.Title, s.Doc, s.Rows[0][0])
			}
			for _, s := range c.Transcripts {
				want = append(want, s.Title, strings.Join(s.Lines, "\n"))
			}
			for _, w := range want {
				if !strings.Contains(shown, w) {
					t.Errorf("%s: the page does not have %q", c.ID, w)
				}
			}
		}
		if strings.Contains(shown, string(record.PartlySchema1)) {
			t.Errorf("%s: the page has a verdict of schema 1", name)
		}
	}
}

func TestClaimsInterrupted(t *testing.T) {
	run := tests(t, "2026-11-26-claims")
	run.Ended, run.Claims = nil, run.Claims[:3]
	run.Claims[0].Verdict, run.Claims[1].Verdict = record.Refuted, record.NotTested
	run.Claims[2].Err = "the <b>engine</b> is gone"
	text := told(t, run)
	whole(t, text)
	for _, want := range []string{"interrupted after 3 of 19 claims", "1 refuted", "1 not tested",
		"the &lt;b&gt;engine&lt;/b&gt; is gone"} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("the page does not have %q", want)
		}
	}
}

// Of what a record observed, which is how it says it since schema 2, the page has the sentences and tables.
func TestClaimsObserved(t *testing.T) {
	run := tests(t, "2026-11-26-claims-2")
	run.Schema = record.ClaimsSchema
	run.Claims[0].ID = "one-container"
	run.Claims[0].Observed = record.Observed{Parts: &record.PartsObserved{Variants: []record.VariantParts{
		{Variant: "one", Containers: []string{"a"}}, {Variant: "three", Containers: []string{"a", "b", "c"}, Networks: 1},
	}}}
	text := told(t, run)
	whole(t, text)
	for _, want := range []string{"three has 3 containers, a network", "<summary>Table: Parts</summary>",
		">3: a, b, c</td>"} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("the page does not have %q", want)
		}
	}
}

// A claim that this version does not know of cannot be told, and is named.
func TestUnknownClaim(t *testing.T) {
	run := tests(t, "2026-11-26-claims-2")
	run.Schema, run.Claims[0].ID = record.ClaimsSchema, "unheard-of"
	err := WriteClaims(new(bytes.Buffer), run, "")
	if err == nil || !strings.Contains(err.Error(), "unheard-of") {
		t.Errorf("%v", err)
	}
}
