package remedy

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"spabench/harness/spatest"
)

func outcome(check string, responses ...spatest.Response) spatest.Outcome {
	o := spatest.Outcome{
		Check:    check,
		Verdict:  spatest.Failed,
		Findings: []spatest.Finding{{}, {Exchange: &spatest.Exchange{}}},
	}
	for _, r := range responses {
		o.Findings = append(o.Findings, spatest.Finding{Exchange: &spatest.Exchange{Response: &r}})
	}
	return o
}

func answer(excerpt string, fields ...string) spatest.Response {
	r := spatest.Response{Header: http.Header{}, Excerpt: excerpt}
	for i := 0; i < len(fields); i += 2 {
		r.Header.Add(fields[i], fields[i+1])
	}
	return r
}

// recordedAnswer is what a server answered when it was run, as it is installed, on an SPA's build.
type recordedAnswer struct {
	Of      string // software, version, and what was configured
	Shows   string // what it is, behind what
	Request string
	Status  int
	Header  http.Header
	Excerpt string
}

// TestRecogniseRecordedAnswers: each server is recognised by some of its responses, and none is taken for another.
func TestRecogniseRecordedAnswers(t *testing.T) {
	file, err := os.ReadFile("testdata/answers.json")
	if err != nil {
		t.Fatal(err)
	}
	var answers []recordedAnswer
	if err := json.Unmarshal(file, &answers); err != nil {
		t.Fatal(err)
	}
	seen, by := map[string][]string{}, map[string]string{}
	for _, a := range answers {
		response := spatest.Response{Status: a.Status, Header: a.Header, Excerpt: a.Excerpt}
		found := Recognise(outcome("routing-root", response))
		for _, s := range found {
			if !slices.Contains(strings.Split(a.Shows, "+"), s.Name) {
				t.Errorf("%s, %s: taken for %s by %s", a.Of, a.Request, s.Title, s.By)
			}
			if s.By == "" {
				t.Errorf("%s, %s: %s, by nothing", a.Of, a.Request, s.Title)
			}
			if !slices.Contains(seen[a.Of], s.Name) {
				seen[a.Of] = append(seen[a.Of], s.Name)
			}
		}
		by[a.Of] = a.Shows
	}
	for of, shows := range by {
		for name := range strings.SplitSeq(shows, "+") {
			if !slices.Contains(seen[of], name) {
				t.Errorf("%s is not recognised as %s: %v", of, name, seen[of])
			}
		}
	}
}

// TestRecognise: what no server of the recording shows.
func TestRecognise(t *testing.T) {
	for _, tc := range []struct {
		name     string
		response spatest.Response
		want     []string // a guess has a question mark
	}{
		{"nothing", answer("Not Found\n", "Server", "gunicorn"), nil},
		{"nginx, by its page alone", answer("<html>\r\n<center>nginx</center>"), []string{"nginx"}},
		{"FastAPI behind nginx", answer(`{"detail":"Not Found"}`, "Server", "nginx"), []string{"nginx", "fastapi?"}},
		{"Caddy in front of Express", answer("", "Via", "1.1 Caddy", "X-Powered-By", "Express"),
			[]string{"caddy", "express"}},
		{"Django's error page for developers", answer("Using the URLconf defined in <code>shop.urls</code>"),
			[]string{"django"}},
		{"Cloudflare", answer("", "CF-Ray", "230b030023ae2822-SJC"), []string{"cloudflare"}},
		{"CloudFront", answer("", "Via", "1.1 1026589cc7887e7a0dc7827b4example.cloudfront.net (CloudFront)"),
			[]string{"cloudfront"}},
		{"Fastly", answer("", "X-Served-By", "cache-lcy1128-LCY"), []string{"fastly"}},
		{"Netlify", answer("", "X-Nf-Request-Id", "01KJD9FATBP38BK9EPSN617QKP"), []string{"netlify"}},
		{"Vercel", answer("", "X-Vercel-Id", "iad1"), []string{"vercel"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for _, s := range Recognise(outcome("routing-root", tc.response)) {
				if s.Guess {
					s.Name += "?"
				}
				got = append(got, s.Name)
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("%v, want %v", got, tc.want)
			}
		})
	}
}
