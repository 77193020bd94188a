package project

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v4"
)

// projects are folders of different make, with what is guessed of each.
var projects = map[string]struct {
	files   map[string]string
	servers []string
	lines   []string // beginnings of lines of the file, in this order
}{
	"Vite, built, with a Dockerfile": {
		files: map[string]string{
			"dist/index.html": "", "vite.config.ts": "server: {proxy: {'/rest': 'http://localhost:3000'}}",
			"src/router.ts": "{path: '/', a}, {path: '/orders', b}, {path: '/orders/:id', c}, {path: 'about', d}",
			"Dockerfile": "FROM node AS build\nEXPOSE 1\nFROM nginx\nEXPOSE 80/tcp\n" +
				"HEALTHCHECK --interval=5s \\\n  CMD wget -qO- http://localhost:80/up || exit 1\n",
		},
		servers: []string{"app"},
		lines: []string{
			"app:", "  dist: ./dist ", "  routes: [/orders, /about] ", "  api: /rest ", "servers:", "  app:",
			"    dockerfile: ./Dockerfile", "    ready: /up ", "    # env:", "compare-with: [embedded-go] ", "# loads: ",
			"# gate: ",
		},
	},
	"nothing built": {
		files: map[string]string{
			"vite.config.js": "build: { outDir: 'public/app' }", "web.Dockerfile": "FROM scratch\n",
			"docker/Dockerfile": "FROM scratch\nEXPOSE 8080 8443\n", "Dockerfile.dev": "FROM scratch\nEXPOSE 5173\n",
			"Dockerfile.dev.dockerignore": "dist",
		},
		servers: []string{"web", "dev", "docker"},
		lines: []string{
			"# app:", "  # dist: ./public/app ", "  # routes: ", "  # api: /api ", "servers:",
			"  web:", "    dockerfile: ./web.Dockerfile", "    # port: 8080 ",
			"  dev:", "    dockerfile: ./Dockerfile.dev",
			"  docker:", "    dockerfile: ./docker/Dockerfile", "    context: . ", "    port: 8080 ",
		},
	},
	"Dockerfiles in folders": {
		files: map[string]string{
			"api/Dockerfile": "FROM scratch\nCOPY --chown=1:1 package.json ./\nCOPY . .\nEXPOSE 80\n", "api/package.json": "{}",
			"site/Dockerfile": "FROM scratch\nCOPY --from=build /a /b\nCOPY src ./\nEXPOSE 80\n", "src/main.js": "", "site/n": "",
		},
		servers: []string{"api", "site"},
		lines: []string{
			"# app:", "  # dist: ", "  # routes: ", "  # api: ", "servers:",
			"  api:", "    dockerfile: ./api/Dockerfile", "    # env:",
			"  site:", "    dockerfile: ./site/Dockerfile", "    context: . ", "    # env:",
			"compare-with: [embedded-go] ", "# loads: ", "# gate: ",
		},
	},
	"Angular behind nginx": {
		files: map[string]string{
			"dist/shop/browser/index.html": "",
			"nginx.conf":                   "server {\n  location /api/ {\n    proxy_pass http://api;\n  }\n}\n",
		},
		lines: []string{"app:", "  dist: ./dist/shop/browser ", "  # routes: ", "  api: /api "},
	},
	"two Dockerfiles of one name": {
		files: map[string]string{
			"api/Dockerfile": "FROM scratch\nEXPOSE 1\n", "api.Dockerfile": "FROM scratch\nEXPOSE 1\n",
		},
		servers: []string{"api", "api-2"},
		lines:   []string{"# app:", "servers:", "  api:", "  api-2:"},
	},
	"a Compose project": {
		files: map[string]string{
			"docker-compose.yml": "services:\n  db: {ports: ['5432:5432']}\n  api: {build: ., ports: [3000]}\n" +
				"  front: {ports: [{target: 80, published: 8080}]}\n",
			"compose/Dockerfile": "FROM scratch\nEXPOSE 1\n",
		},
		servers: []string{"compose", "compose-2"},
		lines: []string{
			"# app:", "servers:", "  compose:", "    compose: ./docker-compose.yml", `    entry: "front:80" `,
			"    # the entry could also be api:3000; parts of it: db", "  compose-2:",
			"    dockerfile: ./compose/Dockerfile",
		},
	},
	"parts of a Compose project": {
		files: map[string]string{
			"compose.yaml": "services:\n  adminer: {image: 'adminer:4', ports: ['8081:8080'], depends_on: [db]}\n" +
				"  api: {build: api, ports: [3000:3000], depends_on: {db: {condition: service_started}}}\n" +
				"  db: {image: 'bitnami/postgresql:16', expose: [1234]}\n  jobs: {build: {context: jobs}}\n" +
				"  web: {build: {context: web, dockerfile: prod.Dockerfile}, ports: [8080:80], depends_on: [api]}\n" +
				"  docs: {build: docs, ports: [8082:80]}\n  seed: {build: seed, ports: [1:1], profiles: [dev]}\n",
			"api/Dockerfile": "FROM scratch\nEXPOSE 3000\n", "web/prod.Dockerfile": "FROM scratch\nEXPOSE 80\n",
			"jobs/Dockerfile": "FROM scratch\n", "docs/Dockerfile": "FROM scratch\nEXPOSE 80\n",
			"seed/Dockerfile": "FROM scratch\n",
		},
		servers: []string{"compose", "docs"},
		lines: []string{
			"servers:", "  compose:", `    entry: "web:80"`,
			"    # the entry could also be docs:80 or api:3000; parts of it: adminer, db, jobs, seed",
			"  docs:", "    dockerfile: ./docs/Dockerfile",
		},
	},
	"a Compose project whose entry is exposed by its image": {
		files: map[string]string{
			"compose.yaml": "services:\n  shop: {build: ., links: [db:data]}\n" +
				"  db: {image: mysql, ports: [3306:3306]}\n  broken: [1]\n",
			"Dockerfile": "FROM scratch\nEXPOSE 8080\n",
		},
		servers: []string{"compose"},
		lines: []string{
			"servers:", "  compose:", `    entry: "shop:8080" `, "    # parts of it: db",
		},
	},
	"a Compose project of one service": {
		files: map[string]string{
			"compose.yaml": "services: {shop: {build: {}, ports: [8080:80]}}\n",
			"Dockerfile":   "FROM scratch\nEXPOSE 80\n",
		},
		servers: []string{"compose", "app"},
		lines:   []string{"servers:", "  compose:", `    entry: "shop:80" `, "    # env:", "  app:"},
	},
	"a Compose file that publishes nothing": {
		files: map[string]string{"compose.yaml": "services: {a: {image: b}}\n", "dist/index.html": ""},
		lines: []string{"app:", "  dist: ./dist "},
	},
	"a folder with a space": {
		files: map[string]string{"dist/My Shop/browser/index.html": ""},
		lines: []string{"app:", `  dist: "./dist/My Shop/browser" `},
	},
}

// TestGuess holds what is guessed, and that the file is without a fault.
func TestGuess(t *testing.T) {
	for name, p := range projects {
		t.Run(name, func(t *testing.T) {
			folder := fstest.MapFS{}
			for file, text := range p.files {
				folder[file] = &fstest.MapFile{Data: []byte(text)}
			}
			text, servers, err := Guess(folder)
			if err != nil || !slices.Equal(servers, p.servers) {
				t.Fatalf("servers %q, %v", servers, err)
			}
			rest := text
			for _, want := range p.lines {
				_, after, found := strings.Cut("\n"+rest, "\n"+want)
				if !found {
					t.Fatalf("no line %q, or not in this order:\n%s", want, text)
				}
				rest = after
			}
			dir := t.TempDir()
			file := filepath.Join(dir, FileName)
			if err := errors.Join(os.CopyFS(dir, folder), os.WriteFile(file, []byte(text), 0o644)); err != nil {
				t.Fatal(err)
			}
			read, err := Read(file)
			if err != nil || !slices.Equal(read.ServerNames(), p.servers) {
				t.Errorf("%v\n%s", err, text)
			}
		})
	}
}

func TestGuessNothing(t *testing.T) {
	if _, _, err := Guess(fstest.MapFS{"package.json": &fstest.MapFile{}}); !errors.Is(err, ErrNothingFound) {
		t.Errorf("a folder without a build: %v", err)
	}
	if _, _, err := Guess(os.DirFS(filepath.Join(t.TempDir(), "absent"))); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is absent: %v", err)
	}
}

func TestContainerPort(t *testing.T) {
	for text, want := range map[string]string{
		"8080:80": "80", "127.0.0.1:8080:80/tcp": "80", "80": "80", "53:53/udp": "", "{target: 81}": "81", "{}": "",
		"${PORT}:${PORT}": "", "8080-8081:80-81": "",
	} {
		var ports []yaml.Node
		if err := yaml.Unmarshal([]byte("- "+text), &ports); err != nil {
			t.Fatal(err)
		}
		if got := containerPort(ports[0]); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
