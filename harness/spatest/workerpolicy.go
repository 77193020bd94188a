package spatest

import (
	"context"
	"net/http"
	"path"
	"regexp"
	"strings"
)

// workerName is how the script of a worker is called.
var workerName = regexp.MustCompile(`(?i)(^|[._-])(sw|(service|shared)?-?worker)([._-]|$)`)

// workers are the scripts that are called like those of workers.
func (p *Pass) workers() []File {
	return p.filesWhere(func(f File) bool {
		return f.Dest == "script" && workerName.MatchString(path.Base(f.Target))
	})
}

func checkWorkerPolicy(ctx context.Context, p *Pass) error {
	root := p.site.page.Response.Header
	isolated := strings.TrimSpace(root.Get("Cross-Origin-Embedder-Policy"))
	var names []string
	if root.Get("Content-Security-Policy") != "" {
		names = append(names, "Content-Security-Policy")
	}
	if strings.HasPrefix(isolated, "require-corp") || strings.HasPrefix(isolated, "credentialless") {
		names = append(names, "Cross-Origin-Embedder-Policy")
	}
	if len(names) == 0 {
		p.Notef(`"/" has neither Content-Security-Policy nor Cross-Origin-Embedder-Policy`)
		return nil
	}
	workers := 0
	for _, f := range p.workers() {
		x, err := p.Get(ctx, f.Target, Subresource("worker"))
		if err != nil {
			return err
		}
		if x.Response.Status != http.StatusOK || p.Resembles(x) {
			continue // other checks say so
		}
		workers++
		for _, name := range names {
			if x.Response.Header.Get(name) == "" {
				p.Reportf(x, name+`, as at "/", or stricter`, "no "+name, "a worker's script has no policy of its own")
			}
		}
	}
	if workers == 0 {
		p.Notef("no script of a worker is known")
	}
	return nil
}
