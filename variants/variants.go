// Package variants is the catalogue: every way of serving the single-page app that spabench builds,
// checks and measures. A variant is one literal here, its Dockerfiles and its source folder;
// the harness, the tests, the command line and the tables enumerate this list.
package variants

import (
	"cmp"
	"slices"
)

// Variant is one way of serving the application.
type Variant struct {
	Name   string // key in records and on the command line
	Title  string // one line for people
	Server string // the program that answers the browser, and its language or family
	Kind   Kind

	// Containers are listed in the order in which a user would start them. Browsers talk to the last one; the others
	// are started before it, all at once. They share a private network, on which each is known by its Name.
	Containers []Container

	// Redeploy is how another build of the app replaces the one being served.
	Redeploy Redeploy

	// Waive maps the name of a conformance check to the reason why this stack cannot pass it.
	// A waived check that passes fails the suite, so waivers cannot go stale.
	Waive map[string]string

	// API is how much of the contract in openapi.yaml the variant implements. It means nothing for the baseline.
	API API

	// Front is the folder in variants/fronts/ of the front end that is served; "" stands for the React app,
	// variants/spa. A variant with a Front gets its files through the build argument DIST, which names an image that
	// contains them.
	Front string

	// Source is the address of the public documentation that a recipe follows; other kinds have none.
	Source string

	// Regression says what a planted regression makes worse, and by how much; other kinds have none.
	Regression string

	// Environ are environment variables of every container, beyond those of its image. What is deployed needs none.
	Environ map[string]string

	// App is what is known of the app that an added server serves. All others serve ours.
	App App

	// Stack names the Compose project that an added server is, under which the rig keeps it; "" for all others.
	Stack string

	// Ready are the request targets that respond once the variant is ready to be checked; none stands for the page and
	// the API's.
	Ready []string
}

// App is what is known of somebody's own app; what is empty is looked for.
type App struct {
	Routes []string // client routes
	API    string   // path prefix of the API, or "-" if there is none
	APIGet string   // an endpoint of the API that allows only GET
}

// Kind is the part that a variant plays: it decides whether the variant is checked, measured and published.
type Kind int

const (
	Strategy   Kind = iota // checked, and measured and published by default
	Optional               // checked with the strategies, but measured only when named, so that default runs stay short
	Baseline               // the null server: measured in every round, not checked, as it serves one page on all paths
	Recipe                 // copied from public documentation: checked, and never measured
	Planted                // embedded-go with a regression planted in it: measured by spabench trust alone
	Experiment             // another variant's image in an Environ: measured when named, and checked as that variant
	Added                  // somebody's own server: checked and measured, and what it fails is a result
)

// API is how much of the contract in openapi.yaml a variant implements.
type API int

const (
	FullAPI     API = iota // all of it
	OneEndpoint            // one endpoint, so that routing under /api can be checked
	NoAPI                  // none: the variant serves files only
)

// Redeploy is a way to replace one build of the app with another.
type Redeploy string

const (
	ByImage  Redeploy = "another image"       // containers of an image with the new build start, then the old ones stop
	ByFolder Redeploy = "files in the folder" // files are replaced in the Root of the running container
)

// Container is one container of a variant.
type Container struct {
	Name       string // also its host name on the variant's network
	Dockerfile string // in dockerfiles/, without the .Dockerfile ending
	Stage      string // the Dockerfile's stage that is built; "" for the last
	Root       string // folder that files are served from, "" if none; at most one container of a variant has one
	Data       string // folder that holds the data it keeps, and that it writes to; "" if it keeps none
	Scratch    string // folder for temporary files; "" if it writes none
	Port       int    // where it listens; 0 for [Port], as in the whole catalogue
}

// Port is the port on which every container of the catalogue listens.
const Port = 8080

// ListensOn is the port on which the container listens.
func (c Container) ListensOn() int { return cmp.Or(c.Port, Port) }

// All returns the catalogue in the order of the published tables.
func All() []Variant {
	return append([]Variant{
		{
			Name:       "embedded-go",
			Title:      "Go binary with the build embedded",
			Server:     "Fiber v2 (Go)",
			Containers: []Container{{Name: "app", Dockerfile: "embedded-go", Data: "/data"}},
			Redeploy:   ByImage,
		},
		{
			Name:       "disk-go",
			Title:      "Go binary that serves a folder",
			Server:     "Fiber v2 (Go)",
			Containers: []Container{{Name: "app", Dockerfile: "disk-go", Root: "/srv/dist", Data: "/data"}},
			Redeploy:   ByFolder,
		},
		{
			Name:       "fastapi",
			Title:      "FastAPI on uvicorn, files from disk",
			Server:     "uvicorn (Python)",
			Containers: []Container{{Name: "app", Dockerfile: "fastapi", Root: "/srv/dist", Data: "/data"}},
			Redeploy:   ByImage, // it lists the files once, when it starts
		},
		{
			Name:   "nginx-three-container",
			Title:  "nginx proxy, nginx with the files, Go API",
			Server: "nginx",
			Containers: []Container{
				{Name: "backend", Dockerfile: "nginx-three-container.backend", Data: "/data"},
				{Name: "frontend", Dockerfile: "nginx-three-container.frontend", Root: "/srv/dist", Scratch: "/tmp"},
				{Name: "proxy", Dockerfile: "nginx-three-container.proxy", Scratch: "/tmp"},
			},
			Redeploy: ByImage,
			Waive:    waivedByNginx,
		},
		{
			Name:       "django",
			Title:      "Django and WhiteNoise on gunicorn",
			Server:     "gunicorn (Python)",
			Containers: []Container{{Name: "app", Dockerfile: "django", Root: "/srv/dist", Data: "/data"}},
			Redeploy:   ByImage, // it lists the files once, when it starts
			Kind:       Optional,
		},
		{
			Name:       "embedded-go-cgo",
			Title:      "the embedded Go binary with SQLite by cgo, on Debian",
			Server:     "Fiber v2 (Go)",
			Containers: []Container{{Name: "app", Dockerfile: "embedded-go-cgo", Data: "/data"}},
			Redeploy:   ByImage,
			Kind:       Optional,
		},
		{
			Name:   "nginx-fastapi",
			Title:  "nginx proxy, nginx with the files, FastAPI",
			Server: "nginx",
			Containers: []Container{
				{Name: "backend", Dockerfile: "nginx-fastapi.backend", Data: "/data"},
				{Name: "frontend", Dockerfile: "nginx-three-container.frontend", Root: "/srv/dist", Scratch: "/tmp"},
				{Name: "proxy", Dockerfile: "nginx-three-container.proxy", Scratch: "/tmp"},
			},
			Redeploy: ByImage,
			Waive:    waivedByNginx,
			Kind:     Optional,
		},
		{
			Name:       "null",
			Title:      "the baseline: the page from memory, nothing else",
			Server:     "fasthttp (Go)",
			Containers: []Container{{Name: "app", Dockerfile: "null"}},
			Redeploy:   ByImage,
			Kind:       Baseline,
		},
	}, fronts()...)
}

// waivedByNginx are the checks that the image with nginx and the files fails, whichever API runs beside it.
// The reasons are part of every record.
var waivedByNginx = map[string]string{
	"security-symlink-escape": "nginx follows links. " +
		"With disable_symlinks it would open every folder of the path at each request; " +
		"the image has no links, since only the build writes to its folder.",
}

// Measured returns what is measured when nothing is named: the strategies and the baseline.
func Measured() []Variant { return OfKind(Strategy, Baseline) }

// OfKind returns the variants of these kinds, in the order of the catalogue.
func OfKind(kinds ...Kind) []Variant {
	return slices.DeleteFunc(everything(), func(v Variant) bool { return !slices.Contains(kinds, v.Kind) })
}

// everything returns the catalogue, then the experiments, the recipes and the planted regressions.
func everything() []Variant { return slices.Concat(All(), Experiments(), Recipes(), Regressions()) }

// Entry returns the container that browsers talk to.
func (v Variant) Entry() Container { return v.Containers[len(v.Containers)-1] }

// Files returns the container that serves a folder of files, if there is one.
func (v Variant) Files() (Container, bool) {
	i := slices.IndexFunc(v.Containers, func(c Container) bool { return c.Root != "" })
	if i < 0 {
		return Container{}, false
	}
	return v.Containers[i], true
}

// Has reports whether one of the variant's containers has that name.
func (v Variant) Has(container string) bool {
	return slices.ContainsFunc(v.Containers, func(c Container) bool { return c.Name == container })
}

// Names returns the names of vs, in their order.
func Names(vs []Variant) []string {
	names := make([]string, 0, len(vs))
	for _, v := range vs {
		names = append(names, v.Name)
	}
	return names
}

// Find returns the variant, experiment, recipe or planted regression of that name.
func Find(name string) (Variant, bool) {
	all := everything()
	i := slices.IndexFunc(all, func(v Variant) bool { return v.Name == name })
	if i < 0 {
		return Variant{}, false
	}
	return all[i], true
}
