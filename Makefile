# Every target sets up what it needs: a container engine, and stand-ins for base images if no registry answers.
# ARGS is passed to the command: make bench ARGS="--quick --only fastapi"
SPABENCH = go run ./harness/cmd/spabench

.PHONY: bench trust witness claims matrix engines check mutants test test-short test-variants test-all test-race test-rest remedies docs-test tables site dist test-wine lint imports browser clean

bench: browser ## build, check and measure the four variants and the baseline; write tables to results/
	$(SPABENCH) bench $(ARGS)

trust: ## test the benchmark itself, with an A/A test and planted regressions; takes an hour and a half
	$(SPABENCH) trust $(ARGS)

witness: ## check the load generator with a second one, h2load; takes about eight minutes
	$(SPABENCH) witness $(ARGS)

claims: browser ## test the article's claims in containers; write verdicts and evidence to results/
	$(SPABENCH) claims $(ARGS)

matrix: browser ## check every variant and recipe in its containers; write the matrix to results/
	$(SPABENCH) matrix $(ARGS)

engines: browser ## run the harness on other container engines, raised beside this machine's (as root on Debian); hours
	harness/engines/matrix.sh $(ARGS)

check: ## check a running server: make check URL=http://127.0.0.1:8080
	$(SPABENCH) check $(URL) $(ARGS)

test-wine: ## run the suite's short tests as a Windows program, under Wine
	@harness/spatest/wine.sh $(ARGS)

mutants: ## run the suite on every mutant (a server that breaks one rule), and print the mutation score; ARGS="--only routing"
	$(SPABENCH) mutants score $(ARGS)

# The suite mostly waits for containers, so the tests that need none run beside it.
test: browser ## before a push: every test that needs no engine, and the suite on the four variants in containers
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target test-short test-variants

# The race detector, which would make this take three times as long, is left to test-all.
test-short:
	go test -short -timeout 30m ./...

test-variants:
	go test ./harness

# Tests that use containers take turns, and wait most of the time, so all others run beside them. Six packages at a time
# are two that have a seat at the engine, some that wait for one, and one that needs none. A package's time limit
# includes what it waits. Each go test prints the result of a package when it has it. What go vet finds, make lint does.
test-all: export GOGC = 400
test-all: browser ## every test, as continuous integration runs them
	@$(MAKE) --no-print-directory --jobs=2 test-race test-rest

# Only packages that start goroutines, or a server that does, can race: in others one test runs after the other. Under
# the race detector, reading and compressing whole images takes ten minutes, so of the tests with containers only the
# engine's run with it. They run with nothing else, since they are the same tests.
test-race:
	go test -race -vet=off -short -timeout 80m $$(grep -rlE '\bgo (func|\w+\()|\.Go\(|t\.Parallel|httptest\.New' \
		--include='*.go' harness variants | xargs -n 1 dirname | sort -u | sed 's,^,./,')
	go test -race -vet=off -timeout 80m ./harness/internal/lab
	go test -vet=off -tags cgo_sqlite ./variants/fiber/app ./variants/fiber/database

# Those with containers come first, because they take longest.
test-rest:
	go test -p 6 -vet=off -timeout 80m $$(go list -f '{{.ImportPath}} {{.TestImports}} {{.XTestImports}}' ./... | \
		grep -v '^[^ ]*/internal/lab ' | awk '{print (/rigtest/ ? 0 : 1), $$1}' | sort -s -k 1,1 | cut -d ' ' -f 2)

remedies: ## try every proposed fix on its server, with the mistake and then with the fix, in containers
	go test -tags remedies -timeout 60m -count=1 -v -parallel 4 -run '^TestRemedies' ./harness/internal/remedy/trials

docs-test: browser ## run the documents' commands that need an engine or take minutes, in a copy of the checkout
	go test -tags manuals -timeout 60m -count=1 -v -run '^TestManual' ./harness/cmd/spabench

tables: ## render the published pages again from their records
	$(SPABENCH) table --publish

site: ## write a web site of all results into results/site/; spabench serve serves it
	$(SPABENCH) site $(ARGS)

dist: ## build the spabench command for Linux, macOS and Windows into dist/, with checksums, and an image; ARGS=--no-image
	$(SPABENCH) dist $(ARGS)

lint: export GOGC = 400
lint:
	test -z "$$(gofmt -l variants harness | tee /dev/stderr)"
	for os in linux darwin windows; do for arch in amd64 arm64; do \
		go run -exec "env GOOS=$$os GOARCH=$$arch" ./harness/cmd/vet ./... || exit 1; done; done
	go tool staticcheck ./...
	go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12

imports: ## print which of this project's packages import which
	@go list -f '{{.ImportPath}}:{{range .Imports}} {{.}}{{end}}' ./harness/... | \
		awk '{printf "%s", $$1; for (i = 2; i <= NF; i++) if ($$i ~ /^spabench\//) printf " %s", $$i; print ""}' | sed 's#spabench/##g'

browser: ## install Chromium if there is no browser (on Debian or Ubuntu, as root)
	@harness/chromium/install.sh

clean: ## remove containers, networks and volumes that killed runs left behind; with ARGS=--images, also the images
	$(SPABENCH) clean $(ARGS)
