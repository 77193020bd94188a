package spatest

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"time"
)

func deploySkewChecks() []Check {
	return []Check{
		{
			Name: "deploy-skew-old-chunk", Group: "deploy-skew", Level: Must,
			DependsOn: []string{"assets-missing-404"}, Needs: []Feature{FeatureNext},
			Spec: "https://vite.dev/guide/build.html#load-error-handling",
			Doc: `after a deploy an asset of the previous build is served as it was, ` +
				`or gets a 404 that caches do not keep

Tabs that were open load their chunks later. The app can recover from a 404 by
reloading, but not from the page, from other bytes or from a cached 404. A redirect
to where the asset is now is fine.`,
			Run: checkOldChunk,
		},
		{
			Name: "deploy-skew-retained", Group: "deploy-skew", Level: Should,
			DependsOn: []string{"deploy-skew-old-chunk"}, Needs: []Feature{FeatureNext, FeatureRetained},
			Spec: "https://vercel.com/docs/skew-protection",
			Doc: `a deploy keeps every hashed asset of the previous build for the time that the target declares

Open tabs go on working without a reload, and nothing typed is lost.`,
			Run: checkRetained,
		},
		{
			Name: "deploy-skew-root-vs-deep", Group: "deploy-skew", Level: Must,
			DependsOn: []string{"routing-deep-link"}, Needs: []Feature{FeatureNext},
			Spec: "https://router.vuejs.org/guide/essentials/history-mode.html#example-server-configurations",
			Doc: `once the new page has been served at one URL, no URL of the app serves the old one

A server that keeps a separate copy of its page for routes breaks for users who
arrive by a bookmark, whose chunks are gone, but not for those who open the home
page.`,
			Run: checkRootVersusDeep,
		},
		{
			Name: "deploy-skew-cross-build-validator", Group: "deploy-skew", Level: Must,
			DependsOn: []string{
				"conditional-validator",
				"conditional-304",
				"deploy-skew-root-vs-deep",
			}, Needs: []Feature{FeatureNext},
			Spec: "https://www.rfc-editor.org/rfc/rfc9110.html#section-8.8.1",
			Doc: `after a deploy no validator of the previous build gets a 304 for content that has changed

Browsers would keep the old page for good, and ask for chunks that are gone. It
happens when tags are built from a size and a time that is the same in every
image, from a version, or from the URL.`,
			Run: checkCrossBuild,
		},
		{
			Name: "deploy-skew-rollback", Group: "deploy-skew", Level: Must,
			DependsOn: []string{"deploy-skew-cross-build-validator"}, Needs: []Feature{FeatureNext},
			Spec: "https://www.rfc-editor.org/rfc/rfc9110.html#section-8.8.4",
			Doc: `after a rollback, those who hold the newer build get the older one

Files of the older build have older dates. A server that compares dates as later
or earlier answers 304, and users keep the build that was rolled back for a reason.`,
			Run: checkRollback,
		},
		{
			Name: "deploy-skew-mixed-replicas", Group: "deploy-skew", Level: Should,
			DependsOn: []string{"assets-missing-404"}, Needs: []Feature{FeatureNext},
			Spec: "https://nextjs.org/docs/app/guides/self-hosting#version-skew",
			Doc: `while two builds run behind one load balancer, an asset is served as built or gets an error that ` +
				`caches do not keep

In a rolling deploy the page of one build asks the other for its scripts. An error
passes with the deploy; the page in place of a script, stored by a cache under the
script's name, does not. A 404 is therefore acceptable, though not good: the report
notes how many there were.`,
			Run: checkMixedReplicas,
		},
	}
}

// onlyIn lists the hashed assets of a build that the other one does not have.
func (p *Pass) onlyIn(b, other Build) ([]File, error) {
	return p.filesThat(b, func(f File, _ []byte) bool {
		_, err := fs.Stat(p.filesOf(other), f.Name)
		return f.Hashed && err != nil
	})
}

func (p *Pass) filesThat(b Build, match func(f File, content []byte) bool) ([]File, error) {
	files, err := buildFiles(p.filesOf(b))
	if err != nil {
		return nil, fmt.Errorf("list the %s build's files: %w", b, err)
	}
	return slices.DeleteFunc(files, func(f File) bool {
		content, err := fs.ReadFile(p.filesOf(b), f.Name)
		return err != nil || !match(f, content)
	}), nil
}

// isFile reports whether x is 200 with a file of the build.
func (p *Pass) isFile(x *Exchange, b Build, f File) bool {
	want, err := fs.ReadFile(p.filesOf(b), f.Name)
	if err != nil || x.Response.Status != http.StatusOK || x.Response.Broken != "" {
		return false
	}
	body, err := p.Content(x)
	return err == nil && bytes.Equal(body, want)
}

// isKept reports whether caches keep an error for longer than they do by default.
func isKept(header http.Header) bool {
	return max(lifetime(header, false), lifetime(header, true)) > negativeCaching
}

func checkOldChunk(ctx context.Context, p *Pass) error {
	return p.oldAssets(ctx, func(x *Exchange, f File) {
		switch {
		case p.isFile(x, Current, f):
		case !isMissing(x) || p.isAnyPage(x):
			p.Reportf(x, "the bytes of "+f.Name+", or 404", "", "an asset of the previous build gets something else")
		case isKept(x.Response.Header):
			p.Reportf(x, "a 404 that caches do not keep", policy(x),
				"an asset of the previous build gets a 404 that caches keep")
		}
	})
}

func checkRetained(ctx context.Context, p *Pass) error {
	return p.oldAssets(ctx, func(x *Exchange, f File) {
		if !p.isFile(x, Current, f) {
			p.Reportf(
				x,
				"200 and the bytes of "+f.Name,
				"",
				"an asset of the previous build is gone at once, and not only after %s",
				p.Target.Retains,
			)
		}
	})
}

// oldAssets deploys the next build, and asks for what was in the one before only.
func (p *Pass) oldAssets(ctx context.Context, judge func(x *Exchange, f File)) error {
	assets, err := p.onlyIn(Current, Next)
	if err != nil {
		return err
	}
	if len(assets) == 0 {
		return skipf("the next build has every hashed asset of the current one")
	}
	return p.withServer(ctx, Current, func(ctx context.Context, s *hosted) error {
		if err := s.deploy(ctx, Next); err != nil {
			return err
		}
		return p.each(ctx, assets, func(ctx context.Context, f File) error {
			x, err := s.open(ctx, f.Target, Subresource(f.Dest))
			switch {
			case err != nil:
				return err
			case p.location(x) != nil:
				p.Notef("%s is redirected to %s", f.Target, p.location(x))
			default:
				judge(x, f)
			}
			return nil
		})
	})
}

const pollTick = 2 * time.Millisecond // between two looks while a deploy goes on

func checkRootVersusDeep(ctx context.Context, p *Pass) error {
	return p.withServer(ctx, Current, func(ctx context.Context, s *hosted) error {
		w := &skew{s: s}
		for _, coding := range []string{"", "gzip"} {
			if err := w.round(ctx, coding); err != nil {
				return err
			}
		}
		deployed := make(chan error, 1)
		go func() { deployed <- s.deploy(ctx, Next) }()
		for {
			select {
			case err := <-deployed:
				if err != nil || w.found {
					return err
				}
				// Twice: of two processes one may have the old page. Compressed,
				// too: the copy of a page is replaced soon after the page.
				for _, coding := range []string{"", "", "gzip", "gzip"} {
					if err := w.round(ctx, coding); err != nil {
						return err
					}
				}
				return nil
			case <-time.After(pollTick):
				w.round(ctx, "") // while a deploy goes on, a server need not answer
			}
		}
	})
}

// skew is a look at every URL of the page, one after the other.
type skew struct {
	s     *hosted
	next  string // where the next build was seen first
	found bool   // one violation is enough
}

func (w *skew) round(ctx context.Context, coding string) error {
	p := w.s.p
	for _, target := range []string{"/", "/index.html", p.Routes()[0]} {
		header := Navigation
		if coding != "" {
			header = append(slices.Clone(header), Field{"Accept-Encoding", coding})
		}
		x, err := w.s.get(ctx, target, header)
		if err != nil {
			return err
		}
		switch p.buildOf(x) {
		case Next:
			if w.next == "" {
				w.next = target
			}
		case Current:
			if w.next != "" && !w.found {
				w.found = true
				p.Reportf(
					x,
					"the page of the new build, which was served before at "+w.next,
					"the page of the old build",
					"two builds are served at once",
				)
			}
		}
	}
	return nil
}
