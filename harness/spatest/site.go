package spatest

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

// File is a file that the server should serve: of the build when Target.Dist is
// given, else one that the page refers to.
type File struct {
	Target string // escaped request target
	Name   string // in Target.Dist; empty when discovered
	Dest   string // what a browser would send as Sec-Fetch-Dest
	Hashed bool   // the name carries a hash of the content
}

// Ext is the extension of the file, with its dot, in lower case.
func (f File) Ext() string {
	p, _, _ := strings.Cut(f.Target, "?")
	return strings.ToLower(path.Ext(p))
}

// site is what is known of a target before the first check.
type site struct {
	page      *Exchange // GET /, as a navigation
	shell     []byte    // the page: index.html of Dist, else what "/" answered
	exact     bool      // shell is of Dist: equal bytes are asked
	signature string    // of shell
	also      []string  // signatures of what else is the page: as it is served, and the page of routes
	served    []byte    // what "/" answered, where a start or each answer writes something into the page of Dist
	changing  bool      // "/" has other bytes at each request
	retagged  bool      // and another ETag
	fallback  []byte    // the page of routes, where it is another one than that of "/"
	files     []File
	assetDir  string   // where hashed assets are, such as "/assets"; empty: at the root, or unknown
	routes    []string // see [Pass.Routes]; nil: as the target has them
	slashed   bool     // a route is redirected to itself with a slash, as hosts of static sites do
	catchAll  bool     // a route that nobody named gets the page
	noAPI     string   // why there is no API to check; empty: there is
	named     []string // endpoints of the API that the app's scripts name and the page answers
}

// survey asks the target for what the checks start from. Its error means that
// the server does not answer at all.
func survey(ctx context.Context, p *Pass) (*site, error) {
	s := &site{}
	var err error
	if p.Target.Dist != nil {
		s.exact = true
		if s.shell, err = fs.ReadFile(p.Target.Dist, "index.html"); err != nil {
			return nil, fmt.Errorf("read the build's page: %w", err)
		}
		if s.files, err = buildFiles(p.Target.Dist); err != nil {
			return nil, fmt.Errorf("list the build's files: %w", err)
		}
		s.files = slices.DeleteFunc(s.files, func(f File) bool { return slices.Contains(p.Target.Guarded, "/"+f.Name) })
	}
	if s.page, err = p.Get(ctx, "/", Navigation); err != nil {
		return nil, fmt.Errorf(
			"%w from %s: %w (is the server running, and is this its address?)",
			ErrNoAnswer,
			p.Target.URL,
			err,
		)
	}
	body, _ := p.Content(s.page)
	if !s.exact {
		s.shell = body
	}
	tags := readTags(s.shell)
	s.signature = signature(tags)
	if !s.exact {
		for _, ref := range references(p.url("/"), tags) {
			if target := p.inApp(ref.url); target != "" {
				s.files = append(s.files, File{Target: target, Dest: ref.dest, Hashed: hashed(target)})
			}
		}
	}
	if recording := p.Target.Recording; recording != nil {
		s.files = recording.files() // what else the page refers to, the browser did not request
	}
	s.assetDir = assetDir(s.files)
	p.site = s
	if s.exact && isBranded(s.shell, body) {
		s.served, s.also = body, []string{signature(readTags(body))}
	}
	if p.Target.API == "-" {
		s.noAPI = `the target says that it has none ("-")`
	}
	if !p.IsPage(s.page) {
		return s, nil // routing-root will say so, and block the rest
	}
	if again, err := p.Get(ctx, "/", Navigation); err == nil && isOK(again) {
		tag := func(x *Exchange) string { return x.Response.Header.Get("ETag") }
		s.changing = !bytes.Equal(again.Response.Body, s.page.Response.Body)
		s.retagged = s.changing && tag(again) != tag(s.page)
	}
	routes := slices.Clone(p.Routes())
	for i, route := range routes {
		if p.addsSlash(ctx, route) {
			routes[i], s.slashed = withSlash(route), true
		}
	}
	s.routes = routes
	nobodys := "/spatest/route-that-nobody-named"
	if s.slashed {
		nobodys = withSlash(nobodys)
	}
	for _, target := range []string{nobodys, p.Routes()[0]} {
		x, err := p.Get(ctx, target, Navigation)
		if err != nil {
			continue
		}
		if s.fallback == nil && !p.IsPage(x) {
			if s.fallback = p.fallbackPage(x); s.fallback != nil {
				s.also = append(s.also, signature(readTags(s.fallback)))
			}
		}
		s.catchAll = s.catchAll || target != p.Routes()[0] && p.IsPage(x)
	}
	if !s.exact && p.Target.Recording == nil {
		s.files = append(s.files, p.namedFiles(ctx)...)
	}
	if p.Target.API == "" {
		s.noAPI = fmt.Sprintf(`none answers at %s (name it with API and APIGet, or say "-")`, p.Target.APIGet)
		x, err := p.Get(ctx, p.Target.APIGet, JSON)
		switch {
		case err != nil:
		case evidenceOfAPI(p, x):
			s.noAPI = ""
		case p.Resembles(x):
			if s.named = p.namedEndpoints(ctx, p.Target.apiPrefix()); len(s.named) > 0 {
				s.noAPI = "" // swallowed whole: api-reached says so
			}
		}
	}
	return s, nil
}

// url is where a target of the app is.
func (p *Pass) url(target string) *url.URL {
	u, err := p.client.origin.Parse(p.client.base + target)
	if err != nil {
		return p.client.origin
	}
	return u
}

// evidenceOfAPI tells an API's answer from that of a file server.
func evidenceOfAPI(p *Pass, x *Exchange) bool {
	switch status := x.Response.Status; {
	case p.Resembles(x) || mediaType(x) == "text/html":
		return false
	case isJSON(x):
		return true
	default:
		return status/100 == 2 || status == http.StatusUnauthorized || status == http.StatusForbidden
	}
}

// buildFiles lists the files of a build that a server should serve. Dotfiles but
// .well-known, sidecars of other files, and the configuration of static hosts
// are not among them.
func buildFiles(dist fs.FS) ([]File, error) {
	var files []File
	err := fs.WalkDir(dist, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := path.Base(name)
		if strings.HasPrefix(base, ".") && name != "." && name != ".well-known" {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		// Whether a symbolic link is served is the server's to decide: security-symlink-escape asks for the other.
		if d.IsDir() || d.Type()&fs.ModeSymlink != 0 ||
			slices.Contains([]string{"_headers", "_redirects"}, name) || isSidecar(dist, name) {
			return nil
		}
		files = append(files, File{Target: fileTarget(name), Name: name, Dest: destOf(name), Hashed: hashed(name)})
		return nil
	})
	return files, err
}

// sidecarExts are those of compressed copies that stand beside files.
var sidecarExts = []string{".br", ".gz", ".zst"}

func isSidecar(dist fs.FS, name string) bool {
	for _, ext := range sidecarExts {
		if original, ok := strings.CutSuffix(name, ext); ok {
			_, err := fs.Stat(dist, original)
			return err == nil
		}
	}
	return false
}

// fileTarget is the request target of a file: an index is served at its folder.
func fileTarget(name string) string {
	if name == "index.html" || strings.HasSuffix(name, "/index.html") {
		name = strings.TrimSuffix(name, "index.html")
	}
	segments := strings.Split(name, "/")
	for i := range segments {
		segments[i] = url.PathEscape(segments[i])
	}
	return "/" + strings.Join(segments, "/")
}

func destOf(name string) string {
	if name == "index.html" {
		return "document"
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".js", ".mjs":
		return "script"
	case ".css":
		return "style"
	case ".woff", ".woff2", ".ttf", ".otf":
		return "font"
	case ".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".ico":
		return "image"
	case ".webmanifest":
		return "manifest"
	}
	return "empty"
}

var (
	notInStem = regexp.MustCompile(`(\.(min|chunk|bundle|module|modern|legacy|worker))*\.[A-Za-z0-9]+(\.map)?$`)
	hashAtEnd = regexp.MustCompile(`[-._~]([A-Za-z0-9]{8,64}|[A-Za-z0-9_-]{8})$`)
	dimension = regexp.MustCompile(`^([0-9]+x)?[0-9]+$`)
)

// hashed reports whether a name ends in a content hash, as bundlers write them:
// at least 8 letters and digits after a separator, some of each, before the
// extension. A hash of letters alone is not told from a word, and passed over.
func hashed(name string) bool {
	name, _, _ = strings.Cut(name, "?")
	found := hashAtEnd.FindStringSubmatch(notInStem.ReplaceAllString(path.Base(name), ""))
	return found != nil && strings.ContainsAny(found[1], "0123456789") && !dimension.MatchString(found[1])
}

// assetDir is the first segment under which most hashed files are, such as
// "/assets"; without a hashed file, that of the first script.
func assetDir(files []File) string {
	count := map[string]int{}
	best := ""
	for _, f := range files {
		if dir, ok := firstSegment(f.Target); ok && f.Hashed {
			if count[dir]++; count[dir] > count[best] {
				best = dir
			}
		}
	}
	for _, f := range files {
		if dir, ok := firstSegment(f.Target); ok && best == "" && f.Dest == "script" && dir != "" {
			return dir
		}
	}
	return best
}

// firstSegment returns "/a" for "/a/b"; it fails for a file at the root.
func firstSegment(target string) (string, bool) {
	if slash := strings.IndexByte(target[1:], '/'); slash >= 0 {
		return target[:slash+1], true
	}
	return "", false
}
