package spatest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

// TestNamedInScripts: without the build, what the page's scripts and style sheets name is found and checked.
func TestNamedInScripts(t *testing.T) {
	reference := mutant.Reference(mutant.Fixture())
	script := "const worker = new Worker('/assets/search.worker-0a1b2c3d.mjs', { type: 'module' });\n" +
		"export const text = 'not-a-file.js', other = './chunk-9f8e7d6c.js';\n"
	files := map[string]string{
		"/assets/search.worker-0a1b2c3d.mjs": "self.postMessage(1);\n",
		"/assets/chunk-9f8e7d6c.js":          "export default 1;\n",
	}
	for _, kind := range []string{"application/octet-stream", "text/javascript"} {
		target := spatest.Target{URL: serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			content, ok := files[r.URL.Path]
			switch {
			case strings.HasPrefix(r.URL.Path, "/assets/index-") && strings.HasSuffix(r.URL.Path, ".js") &&
				r.URL.Path != "/assets/index-DEADBEEF.js":
				w.Header().Set("Content-Type", "text/javascript")
				io.WriteString(w, script)
			case ok:
				w.Header().Set("Content-Type", "text/javascript")
				if strings.HasSuffix(r.URL.Path, ".mjs") {
					w.Header().Set("Content-Type", kind)
				}
				io.WriteString(w, content)
			default:
				reference.ServeHTTP(w, r)
			}
		})).URL}
		o := only(t, "assets-js-mime", target)
		if want := kind == "text/javascript"; (o.Verdict == spatest.Passed) != want {
			t.Errorf("a worker's module as %s: %s (%s)", kind, o.Verdict, o.Reason)
		}
	}
}
