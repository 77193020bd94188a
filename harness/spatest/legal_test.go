package spatest_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

// only inspects the target with one check, and what it depends on.
func only(t *testing.T, check string, target spatest.Target) spatest.Outcome {
	t.Helper()
	target.Only = []string{check}
	o, _ := inspect(t, target).Outcome(check)
	for _, f := range o.Findings {
		t.Log(f)
	}
	return o
}

func zipped(content []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(content) // a bytes.Buffer takes everything
	w.Close()
	return b.Bytes()
}

// withNonces gives each page of the reference a nonce, and the policy for it that of makes of it. With tagged,
// the page keeps its tag, so that it is confirmed by a 304.
func withNonces(tagged bool, of func(n int64, status int) string) http.Handler {
	reference, requests := mutant.Reference(mutant.Fixture()), new(atomic.Int64)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		coded := strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") &&
			!strings.Contains(r.Header.Get("Accept-Encoding"), "q=0")
		recorder, plain := httptest.NewRecorder(), r.Clone(r.Context())
		plain.Header.Set("Accept-Encoding", "identity")
		reference.ServeHTTP(recorder, plain)
		header, body, n := recorder.Header(), recorder.Body.Bytes(), requests.Add(1)
		isPage := strings.HasPrefix(header.Get("Content-Type"), "text/html") && bytes.Contains(body, []byte("<script "))
		if isPage || recorder.Code == http.StatusNotModified && strings.Contains(r.Header.Get("Accept"), "text/html") {
			body = bytes.ReplaceAll(body, []byte("<script "), fmt.Appendf(nil, "<script nonce=bm9uY2%d ", n))
			header.Del("Content-Length")
			if !tagged {
				header.Del("ETag")
			} else if tag := header.Get("ETag"); tag != "" {
				header.Set("ETag", "W/"+tag)
			}
			if policy := of(n, recorder.Code); policy != "" {
				header.Set("Content-Security-Policy", policy)
			}
			if isPage && coded && r.Method == http.MethodGet {
				header.Set("Content-Encoding", "gzip")
				body = zipped(body)
			}
		}
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(recorder.Code)
		w.Write(body)
	})
}

func policyOf(n int64) string {
	return fmt.Sprintf("script-src 'nonce-bm9uY2%d' 'strict-dynamic'; object-src 'none'", n)
}

// TestNonces: a nonce of each response's own is legal where no 304 brings another one.
func TestNonces(t *testing.T) {
	for _, test := range []struct {
		name          string
		tagged        bool
		of            func(n int64, status int) string
		nonce, policy spatest.Verdict
	}{
		{"never confirmed", false, func(n int64, _ int) string { return policyOf(n) }, spatest.Passed, spatest.Passed},
		{"confirmed without a policy", true, func(n int64, status int) string {
			if status == http.StatusNotModified {
				return ""
			}
			return policyOf(n)
		}, spatest.Passed, spatest.Passed},
		{"confirmed with a new nonce", true, func(n int64, _ int) string { return policyOf(n) },
			spatest.Passed, spatest.Failed},
		{"one nonce for two", true, func(n int64, status int) string {
			if status == http.StatusNotModified {
				return ""
			}
			return policyOf(n + 1)
		}, spatest.Failed, spatest.Passed},
	} {
		t.Run(test.name, func(t *testing.T) {
			target := spatest.Target{URL: serve(t, withNonces(test.tagged, test.of)).URL}
			if o := only(t, "security-nonce", target); o.Verdict != test.nonce {
				t.Errorf("security-nonce: %s (%s), want %s", o.Verdict, o.Reason, test.nonce)
			}
			if o := only(t, "conditional-304-policy", target); o.Verdict != test.policy {
				t.Errorf("conditional-304-policy: %s (%s), want %s", o.Verdict, o.Reason, test.policy)
			}
		})
	}
}

// TestFormPost: a route that is declared to take a form may answer a POST.
func TestFormPost(t *testing.T) {
	reference := mutant.Reference(mutant.Fixture())
	target := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == "/signin/callback" {
			r = r.Clone(r.Context())
			r.Method = http.MethodGet
		}
		reference.ServeHTTP(w, r)
	}))
	target.Routes = []string{"/signin/callback"}
	if o := only(t, "methods-unsafe-rejected", target); o.Verdict != spatest.Failed {
		t.Errorf("not declared: %s, want a failure", o.Verdict)
	}
	target.FormPosts = []string{"/signin/callback"}
	if o := only(t, "methods-unsafe-rejected", target); o.Verdict != spatest.Passed {
		t.Errorf("declared: %s, want a pass", o.Verdict)
	}
}

// TestLinkInBuild: whether a link in the build is served is not asked of the server.
func TestLinkInBuild(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, mutant.Fixture()); err != nil {
		t.Fatal(err)
	}
	secret := filepath.Join(t.TempDir(), "secret.txt")
	if err := os.WriteFile(secret, []byte(mutant.Canary), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(dir, "notes.txt")); err != nil {
		t.Skip(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	target := serve(t, mutant.Reference(root.FS())) // which follows no link out of the folder
	target.Dist = os.DirFS(dir)
	for _, check := range []string{"assets-bytes-exact", "routing-real-file-wins", "security-dotfiles"} {
		if o := only(t, check, target); o.Verdict != spatest.Passed {
			t.Errorf("%s: %s (%s), want a pass", check, o.Verdict, o.Reason)
		}
	}
}

// TestPageForFile: a name that gets the page is no other name of a file that gets it, too.
func TestPageForFile(t *testing.T) {
	build := fstest.MapFS{}
	err := fs.WalkDir(mutant.Fixture(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == "a%20b.txt" || name == "with space.txt" {
			return err
		}
		data, err := fs.ReadFile(mutant.Fixture(), name)
		build[name] = &fstest.MapFile{Data: data, Mode: 0o644}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	reference := mutant.Reference(build)
	target := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".txt") {
			r = r.Clone(r.Context())
			r.Header.Set("Sec-Fetch-Dest", "document")
			r.Header.Set("Accept", "text/html")
		}
		reference.ServeHTTP(w, r)
	}))
	for _, f := range only(t, "assets-name-encoding", target).Findings {
		if strings.Contains(f.Message, "under a name that it does not have") {
			t.Errorf("the page is compared with the page: %s", f)
		}
	}
}

// copies serves the fixture without any coding, and the compressed copies of scripts under their names.
func copies(kind, coding string) http.Handler {
	reference := mutant.Reference(mutant.Fixture())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.Clone(r.Context())
		r.Header.Del("Accept-Encoding")
		name := strings.TrimPrefix(r.URL.Path, "/")
		data, err := fs.ReadFile(mutant.Fixture(), name)
		if !strings.HasSuffix(name, ".js.gz") || err != nil {
			reference.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", kind)
		if coding != "" {
			w.Header().Set("Content-Encoding", coding)
		}
		w.Write(data)
	})
}

// TestCopiesWithoutCoding: a compressed copy is looked at also where the server compresses nothing.
func TestCopiesWithoutCoding(t *testing.T) {
	for _, test := range []struct {
		kind, coding string
		want         spatest.Verdict
	}{
		{"text/javascript; charset=utf-8", "", spatest.Failed},
		{"text/javascript; charset=utf-8", "gzip", spatest.Passed},
		{"application/gzip", "", spatest.Passed},
	} {
		o := only(t, "compression-sidecar-coherent", serve(t, copies(test.kind, test.coding)))
		if o.Verdict != test.want {
			t.Errorf("%s, coded %q: %s (%s), want %s", test.kind, test.coding, o.Verdict, o.Reason, test.want)
		}
	}
}

// TestCompressedAlone: a compressed file without the other one may be sent to be decoded, and not as what it is not.
func TestCompressedAlone(t *testing.T) {
	page, err := fs.ReadFile(mutant.Fixture(), "index.html")
	if err != nil {
		t.Fatal(err)
	}
	data := zipped(bytes.Repeat([]byte("export const level = 1;\n"), 200))
	build := fstest.MapFS{
		"index.html":       {Data: page, Mode: 0o644},
		"game/level.js.gz": {Data: data, Mode: 0o644},
	}
	for _, test := range []struct {
		kind, coding  string
		bytes, copies spatest.Verdict
	}{
		{"text/javascript", "gzip", spatest.Passed, spatest.Passed},
		{"application/gzip", "", spatest.Passed, spatest.Passed},
		{"text/javascript", "", spatest.Passed, spatest.Failed},
	} {
		target := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, kind := page, "text/html; charset=utf-8"
			if r.URL.Path == "/game/level.js.gz" {
				body, kind = data, test.kind
				if test.coding != "" {
					w.Header().Set("Content-Encoding", test.coding)
				}
			}
			w.Header().Set("Content-Type", kind)
			io.Copy(w, bytes.NewReader(body))
		}))
		target.Dist = build
		if o := only(t, "assets-bytes-exact", target); o.Verdict != test.bytes {
			t.Errorf("%s, coded %q: assets-bytes-exact: %s (%s), want %s",
				test.kind, test.coding, o.Verdict, o.Reason, test.bytes)
		}
		if o := only(t, "compression-sidecar-coherent", target); o.Verdict != test.copies {
			t.Errorf("%s, coded %q: compression-sidecar-coherent: %s (%s), want %s",
				test.kind, test.coding, o.Verdict, o.Reason, test.copies)
		}
	}
}
