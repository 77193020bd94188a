package project

import (
	"encoding/json"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// guess is a value as it would stand in the file, and what it was guessed from.
type guess struct{ value, why string }

var notInNames = regexp.MustCompile(`[^a-z0-9-]+`)

// quoted is a text as YAML has it: in quotes where it could be read as something else.
func quoted(text string) string {
	if regexp.MustCompile(`^[A-Za-z0-9.][A-Za-z0-9./_-]*$`).MatchString(text) {
		return text
	}
	b, err := json.Marshal(text) // a JSON string is one of YAML's
	if err != nil {
		return `""`
	}
	return string(b)
}

// builds are the folders into which the usual tools write a build: Vite, Create React App, Next.js (export), Angular,
// Nuxt (generate), Astro and SvelteKit.
var builds = []string{"dist", "build", "out", "dist/*/browser", "dist/*", ".output/public", "www", "_site"}

// outDir is the folder that a Vite configuration names.
var outDir = regexp.MustCompile(`outDir\s*:\s*["'` + "`" + `]([^"'` + "`" + `]+)`)

// guessDist looks for a build. If there is none, the guess is where it would be written.
func guessDist(folder fs.FS) (g guess, found bool) {
	candidates := builds
	configured := ""
	if m := outDir.FindStringSubmatch(firstText(folder, "vite.config.*")); m != nil {
		configured = path.Clean(m[1])
		candidates = append([]string{configured}, builds...)
	}
	for _, pattern := range candidates {
		names, _ := fs.Glob(folder, pattern)
		for _, name := range names {
			if _, err := fs.Stat(folder, path.Join(name, "index.html")); err == nil {
				return guess{quoted("./" + name), "it has an index.html"}, true
			}
		}
	}
	if configured != "" {
		return guess{quoted("./" + configured), "vite.config names it; nothing is built yet"}, false
	}
	return guess{"./dist", "nothing has been built yet"}, false
}

// proxied is a path in the proxy of a development server, or in a location of nginx.
var (
	proxied  = regexp.MustCompile(`["'](/[A-Za-z0-9][A-Za-z0-9/_-]*)["']\s*:\s*(?:\{|["']https?:)`)
	location = regexp.MustCompile(`(?m)^\s*location\s+(?:\^~\s+)?(/[A-Za-z0-9][A-Za-z0-9/_-]*?)/?\s*\{[^}]*proxy_pass`)
)

// guessAPI looks for what a proxy passes on to an API.
func guessAPI(folder fs.FS) (g guess, found bool) {
	for _, look := range []struct {
		pattern string
		at      *regexp.Regexp
	}{
		{"vite.config.*", proxied}, {"proxy.conf.json", proxied}, {"src/proxy.conf.json", proxied},
		{"nginx.conf", location}, {"*.conf", location}, {"*/nginx.conf", location}, {"*/default.conf", location},
	} {
		names, _ := fs.Glob(folder, look.pattern)
		for _, name := range names {
			text, _ := fs.ReadFile(folder, name)
			if m := look.at.FindSubmatch(text); m != nil {
				return guess{string(m[1]), name + " has it"}, true
			}
		}
	}
	return guess{"/api", "the default, if it answers; \"-\" for none"}, false
}

// route is a path in the table of a client's router, without parameters.
var route = regexp.MustCompile(`\bpath\s*[:=]\s*\{?\s*["'](/?[A-Za-z][A-Za-z0-9/_-]*)["']`)

// mostSources bounds how many files are read in search of routes.
const mostSources = 2000

// guessRoutes looks for two client routes in the sources.
func guessRoutes(folder fs.FS) (g guess, found bool) {
	var routes []string
	from, read := "", 0
	_ = fs.WalkDir(folder, "src", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || read == mostSources || len(routes) == 2 {
			return fs.SkipAll
		}
		kinds := []string{".js", ".jsx", ".ts", ".tsx", ".vue", ".svelte", ".mjs"}
		if entry.IsDir() || !slices.Contains(kinds, path.Ext(name)) {
			return nil
		}
		read++
		text, _ := fs.ReadFile(folder, name)
		for _, m := range route.FindAllSubmatch(text, -1) {
			r := "/" + strings.TrimPrefix(string(m[1]), "/")
			if !slices.Contains(routes, r) && len(routes) < 2 {
				routes, from = append(routes, r), name
			}
		}
		return nil
	})
	if len(routes) == 0 {
		return guess{"[/orders/42]", "for a server that does not know all routes"}, false
	}
	return guess{"[" + strings.Join(routes, ", ") + "]", from + " has them"}, true
}

// findDockerfiles lists Dockerfiles at the top and one folder below it.
func findDockerfiles(folder fs.FS) []string {
	var files []string
	for _, pattern := range []string{"Dockerfile", "*.Dockerfile", "Dockerfile.*", "*/Dockerfile", "*/*.Dockerfile"} {
		names, _ := fs.Glob(folder, pattern)
		for _, name := range names {
			ignored := strings.HasSuffix(name, ".dockerignore") || strings.HasPrefix(name, "node_modules/")
			if ignored || slices.Contains(files, name) {
				continue
			}
			if info, err := fs.Stat(folder, name); err == nil && info.Mode().IsRegular() {
				files = append(files, name)
			}
		}
	}
	return files
}

var (
	stage  = regexp.MustCompile(`(?mi)^\s*FROM\s`)
	expose = regexp.MustCompile(`(?mi)^\s*EXPOSE\s+(.+)$`)
	number = regexp.MustCompile(`^([0-9]{1,5})(/tcp)?$`)
	health = regexp.MustCompile(`(?mi)^\s*HEALTHCHECK\s(?:.*\\\r?\n)*.*`)
	asked  = regexp.MustCompile(`https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::[0-9]+)?(/[^\s"'|)\]]*)`)
)

// exposed are the ports that the last stage of a Dockerfile exposes.
func exposed(text string) []string {
	if stages := stage.FindAllStringIndex(text, -1); len(stages) > 0 {
		text = text[stages[len(stages)-1][0]:]
	}
	var ports []string
	for _, m := range expose.FindAllStringSubmatch(text, -1) {
		for _, word := range strings.Fields(m[1]) {
			if p := number.FindStringSubmatch(word); p != nil && !slices.Contains(ports, p[1]) {
				ports = append(ports, p[1])
			}
		}
	}
	return ports
}

// healthPath is the path that a HEALTHCHECK asks for.
func healthPath(text string) string {
	m := asked.FindStringSubmatch(health.FindString(text))
	if m == nil {
		return ""
	}
	return m[1]
}

// firstText is the text of the first file that matches the pattern.
func firstText(folder fs.FS, pattern string) string {
	names, _ := fs.Glob(folder, pattern)
	if len(names) == 0 {
		return ""
	}
	text, _ := fs.ReadFile(folder, names[0])
	return string(text)
}
