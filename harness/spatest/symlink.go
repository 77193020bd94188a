package spatest

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
)

func symlinkChecks() []Check {
	return []Check{
		{
			Name: "security-symlink-escape", Group: "security", Level: Should,
			DependsOn: []string{"routing-root"}, Needs: []Feature{FeatureFolder},
			Spec: "https://cwe.mitre.org/data/definitions/61.html",
			Doc: `a symbolic link that leads out of the folder is not followed, neither to a file nor to its ` +
				`compressed copy

Otherwise, whoever can put a file into the folder (an upload, a dependency, an
unpacked archive) can read whatever the server can. Links to the folder itself, as
deploys make them, are another matter. A server that is meant to follow them waives this.`,
			Run: checkSymlink,
		},
	}
}

func checkSymlink(ctx context.Context, p *Pass) error {
	if len(p.Target.Canaries) == 0 {
		return skipf("needs a string that identifies a file outside the folder (Canaries)")
	}
	dir := strings.Trim(p.site.assetDir, "/")
	return p.withServer(ctx, Current, func(ctx context.Context, s *hosted) error {
		plain := path.Join(dir, "spatest-plain-1f3a5c7e.txt")
		if err := s.Write(ctx, plain, []byte("in the folder\n")); err != nil {
			return fmt.Errorf("add %s: %w", plain, err)
		}
		gzip := slices.Concat(Subresource("empty"), []Field{{"Accept-Encoding", "gzip"}})
		for _, probe := range []struct {
			link, target string
			header       []Field
		}{
			{"spatest-link.txt", "/spatest-link.txt", Subresource("empty")},
			{path.Join(dir, "spatest-link-1f3a5c7e.txt"), "/" + path.Join(dir, "spatest-link-1f3a5c7e.txt"),
				Subresource("empty")},
			{plain + ".gz", "/" + plain, gzip},
		} {
			if err := s.Link(ctx, probe.link); err != nil {
				return fmt.Errorf("link %s: %w", probe.link, err)
			}
			x, err := s.get(ctx, probe.target, probe.header)
			if refusedByClosing(err) {
				continue
			}
			if err != nil {
				return err
			}
			if what := p.leak(x); what != "" {
				p.Reportf(
					x,
					"no file from outside the folder",
					"",
					"a link is followed out of the folder: the response holds %s",
					what,
				)
			}
		}
		return nil
	})
}
