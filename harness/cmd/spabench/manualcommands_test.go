package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// command is one line of a manual that a reader can type.
type command struct {
	line       int
	text       string   // without its comment and its prompt
	background bool     // it ends in &, and serves until the block ends
	output     []string // of a console block: what the manual says that it prints; an ellipsis stands for anything
}

var comment = regexp.MustCompile(`(^|\s+)# .*$`)

// commands reads the commands of a block: each line of one marked sh, or what follows a prompt in one marked console.
func (b block) commands() []command {
	var all []command
	for i, line := range b.lines {
		text, prompt := line, true
		if b.language == "console" {
			text, prompt = strings.CutPrefix(line, "$ ")
		}
		if !prompt {
			if len(all) > 0 {
				all[len(all)-1].output = append(all[len(all)-1].output, line)
			}
			continue
		}
		if text = strings.TrimSpace(comment.ReplaceAllString(text, "")); text == "" {
			continue
		}
		c := command{line: b.line + 1 + i, text: text}
		if before, ok := strings.CutSuffix(text, " &"); ok {
			c.text, c.background = before, true
		}
		all = append(all, c)
	}
	return all
}

// treatment says how a command of a manual is known to work. One of its first four fields is set.
type treatment struct {
	here      bool   // run by every go test: it needs neither the engine nor the checkout
	copied    bool   // run by make docs-test in a copy of the checkout: it needs the engine, compiles, or writes
	elsewhere string // the test that runs it or does the same
	left      string // why nothing runs it
	exit      int    // the code that it exits with
}

var (
	here   = treatment{here: true}
	finds  = treatment{here: true, exit: 1} // what it looks at has a fault, as the manual says
	copied = treatment{copied: true}
)

// treatments has every command of every manual. A command that is not in it fails the test, and so does one that no
// manual has any more. Whatever its treatment, its files, targets and flags must exist.
var treatments = map[string]treatment{
	// README.md
	"make bench":               {left: "eight minutes; make bench ARGS=--quick runs it with a shorter plan"},
	"make bench ARGS=--quick":  copied,
	"make test":                {left: "it would run this test"},
	"make test-all":            {left: "it would run this test"},
	"make docs-test":           {left: "it would run this test"},
	"go test -short ./...":     {left: "it would run this test"},
	"go test ./harness":        {elsewhere: "TestConformance"},
	"make clean":               copied,
	"make clean ARGS=--images": {left: "it removes the images that the engine keeps as a cache, the user's among them"},
	"make bench ARGS=\"--only disk-go,fastapi\"":      {elsewhere: "TestBench"},
	"spabench duel main HEAD":                         {elsewhere: "TestBenchDuel"},
	"spabench duel shop:1.1 shop:1.2 --fail-on worse": {elsewhere: "TestBenchDuel"},
	"spabench init":                                     {elsewhere: "TestScripts"},
	"spabench bench --quick --add app":                  {elsewhere: "TestBenchAdded"},
	"make bench ARGS=\"--add shop=../shop/Dockerfile\"": {elsewhere: "TestBenchAdded"},
	"make bench ARGS=\"--add shop=../shop/Dockerfile --add old=registry.example/shop:1.2#8080\"":                     {elsewhere: "TestBenchAdded"},
	"make bench ARGS=\"--quick --only shop --add shop=../shop/Dockerfile\"":                                          {elsewhere: "TestBenchAdded"},
	"make bench ARGS=\"--cpus 0.25 --memory 128m\"":                                                                  {elsewhere: "TestBenchLimited"},
	"go test ./harness -v -run TestConformance/fastapi/assets-missing-404":                                           copied,
	"go run ./harness/cmd/spabench table results/2026-11-29-intel-r-xeon-r-processor-2-cpus-2":                       here,
	"go run ./harness/cmd/spabench doctor":                                                                           copied,
	"go run ./harness/cmd/spabench image embedded-go":                                                                copied,
	"go run ./harness/cmd/spabench mutants serve deep-link-404":                                                      here,
	"go run ./harness/cmd/spabench check http://127.0.0.1:8080 --only routing-root,routing-deep-link --server nginx": finds,

	// harness/METHOD.md
	"make bench ARGS=\"--only disk-go,fastapi --rounds 12\"":                                                                           {elsewhere: "TestBench"},
	"make bench ARGS=\"--time-budget 30m --within 5%\"":                                                                                {left: "half an hour"},
	"make bench ARGS=\"--resume results/2026-11-26-amd-epyc-2-cpus-3\"":                                                                {elsewhere: "TestBenchKilled"},
	"make bench ARGS=\"--slo p99=20ms\"":                                                                                               {left: "twenty minutes"},
	"make bench ARGS=\"--gate budgets.txt\"":                                                                                           {elsewhere: "TestHoldAll"},
	"go install ./harness/cmd/spabench":                                                                                                copied,
	"go run ./harness/cmd/spabench table results/2026-11-29-intel-r-xeon-r-processor-2-cpus-2 --format csv":                            here,
	"go run ./harness/cmd/spabench compare results/2026-11-26-amd-epyc-2-cpus results/2026-11-26-amd-epyc-2-cpus-2":                    here,
	"go run ./harness/cmd/spabench compare results/2026-11-26-amd-epyc-2-cpus results/2026-11-26-amd-epyc-2-cpus-2 --gate budgets.txt": here,
	"make tables": copied,
	"make trust":  {left: "an hour and a half"},
	"make trust ARGS=\"--resume --out results/2026-11-29-trust\"":          {left: "it would go on with a published series on another machine"},
	"go run ./harness/cmd/spabench trust --score results/2026-11-29-trust": here,
	"make witness": {elsewhere: "TestWitness"},
	"make claims":  {left: "a quarter of an hour"},
	"make claims ARGS=\"--only seed-runs-first,image-size\"":        copied,
	"make claims ARGS=\"--resume --out results/2026-11-26-claims\"": {elsewhere: "TestClaimsResumed"},
	"go run ./harness/cmd/spabench claims --list":                   here,
	"go test ./harness/internal/table -update":                      copied,

	// harness/spatest/README.md
	"go run ./harness/cmd/spabench check http://127.0.0.1:8080 --only routing-deep-link":                           finds,
	"go run ./harness/cmd/spabench check http://127.0.0.1:8080 --dist variants/spa/dist":                           here,
	"go run ./harness/cmd/spabench list checks":                                                                    here,
	"go run ./harness/cmd/spabench list features":                                                                  here,
	"go run ./harness/cmd/spabench check --explain routing-dot-in-route":                                           here,
	"go run ./harness/cmd/spabench check --explain caching-hashed-immutable":                                       here,
	"go run ./harness/cmd/spabench check http://127.0.0.1:8080 --only caching,routing --level must --server nginx": here,
	"spabench completion bash": here,
	"go run ./harness/cmd/spabench check http://127.0.0.1:8080 --features 'slow=/api/slow?ms=1500,fail=/api/fail?status={status},write=/api/items,limit=1048576'":          here,
	"go run ./harness/cmd/spabench check http://127.0.0.1:8080 --only routing-root,routing-deep-link --waive 'routing-deep-link=the fallback comes with the next release'": here,
	"go run ./harness/cmd/spabench check --hop edge=http://127.0.0.1:8081 --hop app=http://127.0.0.1:8080":                                                                 here,
	"go run ./harness/cmd/spabench check http://127.0.0.1:8080 --only routing --json - --junit report.xml --badge badge.json":                                              here,
	"go run ./harness/cmd/spabench schema project":                                    here,
	"go run ./harness/cmd/spabench schema":                                            here,
	"make mutants ARGS=\"--only routing\"":                                            copied,
	"go run ./harness/cmd/spabench mutants list":                                      here,
	"go run ./harness/cmd/spabench mutants serve deep-link-404 --addr 127.0.0.1:8081": here,
	"go test ./harness/spatest/...":                                                   {left: "the suite's own tests, which every run of all tests has"},

	// variants/README.md
	"go run ./harness/cmd/spabench list variants":                                                        here,
	"make bench ARGS=\"--only embedded-go,embedded-go-schedtrace,nginx-three-container\"":                {elsewhere: "TestBench"},
	"make bench ARGS=\"--only django\"":                                                                  {elsewhere: "TestBench"},
	"go test ./harness/internal/rig -run TestConformance/django$":                                        {elsewhere: "TestConformance"},
	"go run ./harness/cmd/spabench mutants score --only caching-hashed-immutable":                        copied,
	"go test ./harness -run TestConformance/disk-go":                                                     {elsewhere: "TestConformance"},
	"make bench ARGS=\"--quick --only disk-go\"":                                                         copied,
	"docker build -f dockerfiles/front.Dockerfile --build-arg FRONT=vue -t front-vue .":                  {elsewhere: "TestConformance"},
	"docker build -f dockerfiles/embedded-go.Dockerfile --build-arg DIST=front-vue -t embedded-go-vue .": {elsewhere: "TestConformance"},
	"(cd variants/spa && npm ci && npm run build)":                                                       copied,
	"go run ./variants/fiber/seed variants/books.sql /tmp/books.db":                                      copied,
	"DEV=true DIST=variants/spa/dist DATABASE=/tmp/books.db go run ./variants/fiber/embedded":            copied,
	"make matrix": {left: "ten minutes; with --only it is run"},
	"make matrix ARGS=\"--only serve-single,caddy-careful\"":                                                                         copied,
	"go run ./harness/cmd/spabench image":                                                                                            {elsewhere: "TestInventory"},
	"go run ./harness/cmd/spabench image --paths fastapi":                                                                            copied,
	"go run ./harness/cmd/spabench image --layers nginx-three-container":                                                             copied,
	"make claims ARGS=\"--only static-binary,build-arguments\"":                                                                      {elsewhere: "TestBuildArguments"},
	"make claims ARGS=\"--only seed-runs-first,anonymous-volume,volume-precedence,hot-reload\"":                                      {elsewhere: "TestComposeMounts"},
	"docker compose -f dockerfiles/compose/seed.yaml up --build":                                                                     {elsewhere: "TestComposeSeed"},
	"docker compose -f dockerfiles/compose/dev.yaml up --build":                                                                      {elsewhere: "TestComposeDevelopment"},
	"docker build -f dockerfiles/nginx-three-container.frontend.Dockerfile --build-arg API_ORIGIN=https://api.example -t frontend .": {elsewhere: "TestCrossOrigin"},
	"docker build -f dockerfiles/nginx-three-container.backend.Dockerfile -t backend .":                                              {elsewhere: "TestCrossOrigin"},
	"docker run --rm -e ALLOW_ORIGIN=https://app.example -e ALLOW_MAX_AGE=7200 backend":                                              {elsewhere: "TestCrossOrigin"},
}

// TestManualCommands holds that each command of a manual has a treatment, that the treatment is real, and that what the
// command names exists: targets of the Makefile, flags, folders, Dockerfiles and their arguments.
func TestManualCommands(t *testing.T) {
	root := checkout(t)
	tests := testNames(t, root)
	seen := map[string]bool{}
	for _, path := range manuals {
		m := readManual(t, root, path)
		for _, b := range m.blocks {
			if b.language != "sh" && b.language != "console" {
				continue
			}
			for _, c := range b.commands() {
				seen[c.text] = true
				how, ok := treatments[c.text]
				switch {
				case !ok:
					t.Errorf("%s:%d: nothing runs this command: %s", path, c.line, c.text)
				case how.elsewhere != "" && !slices.Contains(tests, how.elsewhere):
					t.Errorf("%s:%d: %s is said to run %s, and does not exist", path, c.line, how.elsewhere, c.text)
				}
				for _, problem := range faults(root, c.text) {
					t.Errorf("%s:%d: %s: %s", path, c.line, c.text, problem)
				}
			}
		}
		for _, span := range codeSpan.FindAllStringSubmatch(m.prose, -1) {
			if strings.HasPrefix(span[1], "spabench ") || strings.HasPrefix(span[1], "make ") || strings.HasPrefix(span[1], "go ") {
				for _, problem := range faults(root, span[1]) {
					t.Errorf("%s: `%s`: %s", path, span[1], problem)
				}
			}
		}
	}
	for text := range treatments {
		if !seen[text] {
			t.Errorf("no manual has this command any more: %s", text)
		}
	}
}

var testFunction = regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`)

// testNames are the tests of the whole project.
func testNames(t *testing.T, root string) []string {
	t.Helper()
	var names []string
	for _, top := range []string{"harness", "variants"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d os.DirEntry, err error) error {
			if err == nil && d.Name() == "node_modules" {
				return filepath.SkipDir
			}
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, m := range testFunction.FindAllStringSubmatch(string(text), -1) {
				names = append(names, m[1])
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return names
}
