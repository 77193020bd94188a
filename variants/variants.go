// Package variants is the catalogue: every way of serving the single-page app that spabench builds,
// checks and measures. A variant is one literal here, its Dockerfiles and its source folder;
// the harness, the tests, the command line and the tables enumerate this list.
package variants

import "slices"

// Variant is one way of serving the application.
type Variant struct {
	Name   string // key in records and on the command line
	Title  string // one line for people
	Server string // the program that answers the browser, and its language or family

	// Containers in the order a user would start them: the last one is the entry that browsers talk to,
	// the others are started before it, all at once. They share a private network, each known there by its Name.
	Containers []Container

	// Redeploy is how another build of the app takes the place of the one that is served.
	Redeploy Redeploy

	// Waive maps the name of a conformance check to the reason why this stack cannot meet it.
	// It is strict both ways: a waived check that passes fails the suite, so waivers cannot rot.
	Waive map[string]string

	// Floor marks the null server: it is measured in every round as what this machine, engine and network cost
	// without a strategy, and it is no subject of conformance, since it answers everything with the page.
	Floor bool

	// Extra marks a variant that is checked with the others and measured only when it is named, so that a run of all
	// stays short.
	Extra bool

	// Front is the folder in variants/fronts/ of the front end that it serves; "" for the React app, variants/spa.
	// One that has it takes the files of its app by the build argument DIST, which names an image with them.
	Front string

	// Recipe is the address of the public documentation that a recipe follows; "" for the variants proper.
	Recipe string
	// NoAPI marks a recipe that serves files only.
	NoAPI bool

	// Planted says what was made worse on purpose; "" for all that is not a planted regression.
	Planted string
}

// Redeploy is a way to bring another build of the app to its users.
type Redeploy string

const (
	ByImage  Redeploy = "another image"       // containers of an image with the other build start, then the old ones stop
	ByFolder Redeploy = "files in the folder" // files are replaced in the Root of the container that runs
)

// Container is one container of a variant.
type Container struct {
	Name       string // also its host name on the variant's network
	Dockerfile string // in dockerfiles/, without the .Dockerfile ending
	Stage      string // of the Dockerfile, that the image is; "" for its last
	Root       string // folder inside it that files are served from; "" when none is; one container of a variant has it
	Data       string // folder inside it that its data is in, and that it writes to; "" when it keeps none
	Scratch    string // folder inside it that it writes what need not last to; "" when it does not
}

// Port is the port that every container listens on.
const Port = 8080

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
			Redeploy:   ByImage, // it lists the files once, at its start
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
			Redeploy:   ByImage, // it lists the files once, at its start
			Extra:      true,
		},
		{
			Name:       "embedded-go-cgo",
			Title:      "the embedded Go binary with SQLite by cgo, on Debian",
			Server:     "Fiber v2 (Go)",
			Containers: []Container{{Name: "app", Dockerfile: "embedded-go-cgo", Data: "/data"}},
			Redeploy:   ByImage,
			Extra:      true,
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
			Extra:    true,
		},
		{
			Name:       "null",
			Title:      "the baseline: the page from memory, nothing else",
			Server:     "fasthttp (Go)",
			Containers: []Container{{Name: "app", Dockerfile: "null"}},
			Redeploy:   ByImage,
			Floor:      true,
		},
	}, fronts()...)
}

// waivedByNginx are the checks that the image with nginx and the files does not meet, whatever API is beside it.
var waivedByNginx = map[string]string{
	"security-symlink-escape": "nginx follows links. Its disable_symlinks makes it open every folder on the way, at each request; " +
		"and the image has no links, since its folder is written by the build alone.",
}

// Measured returns what is measured when nothing is named: the catalogue without its extra variants.
func Measured() []Variant {
	return slices.DeleteFunc(All(), func(v Variant) bool { return v.Extra })
}

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

// Find returns the variant, recipe or planted regression of that name.
func Find(name string) (Variant, bool) {
	all := slices.Concat(All(), Recipes(), Planted())
	i := slices.IndexFunc(all, func(v Variant) bool { return v.Name == name })
	if i < 0 {
		return Variant{}, false
	}
	return all[i], true
}
