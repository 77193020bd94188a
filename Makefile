# Everything here sets up what it needs: a container engine, and base images when no registry answers.
# ARGS goes to the command: make bench ARGS="--quick --only fastapi"
SPABENCH = go run ./harness/cmd/spabench

.PHONY: bench trust claims matrix check mutants test test-all docs-test tables dist test-wine lint imports browser clean

bench: browser ## build, check and measure every variant; tables in results/
	$(SPABENCH) bench $(ARGS)

trust: ## prove the instrument: does it call the same thing the same, and find what was made worse? half an hour
	$(SPABENCH) trust $(ARGS)

claims: browser ## test in containers what the article claims; the claims table in results/
	$(SPABENCH) claims $(ARGS)

matrix: browser ## check every variant and recipe in its containers; the matrix in results/
	$(SPABENCH) matrix $(ARGS)

check: ## check a running server: make check URL=http://127.0.0.1:8080
	$(SPABENCH) check $(URL) $(ARGS)

test-wine: ## run the suite's short tests as a Windows program, under Wine
	@harness/spatest/wine.sh $(ARGS)

mutants: ## run the suite on every server that breaks a rule: the mutation score; ARGS="--only routing"
	$(SPABENCH) mutants score $(ARGS)

test: browser ## before a push: all that needs no engine, with the race detector, and the conformance suite of the four variants
	go test -race -short ./...
	go test ./harness

# Tests of containers and browsers take turns; what computes runs beside them. The race detector makes reading and
# compressing whole images take ten minutes, so of the tests with containers only those of the engine have it.
test-all: browser ## every test there is, as continuous integration runs them
	go test -race -short ./...
	go test -race ./harness/internal/lab
	go test -timeout 80m ./...
	go test -tags cgo_sqlite ./variants/fiber/app

docs-test: browser ## run the commands of the manuals that need an engine or minutes, in a copy of the checkout
	go test -tags manuals -timeout 60m -count=1 -v -run '^TestManual' ./harness/cmd/spabench

tables: ## render the published tables again from their records
	$(SPABENCH) table --publish

dist: ## build the command line for Linux, macOS and Windows into dist/, with checksums, and an image of it; ARGS=--no-image
	$(SPABENCH) dist $(ARGS)

lint:
	test -z "$$(gofmt -l variants harness | tee /dev/stderr)"
	for os in linux darwin windows; do for arch in amd64 arm64; do GOOS=$$os GOARCH=$$arch go vet ./... || exit 1; done; done
	go tool staticcheck ./...

imports: ## print who imports whom, of this project's packages
	@go list -f '{{.ImportPath}}:{{range .Imports}} {{.}}{{end}}' ./harness/... | \
		awk '{printf "%s", $$1; for (i = 2; i <= NF; i++) if ($$i ~ /^spabench\//) printf " %s", $$i; print ""}' | sed 's#spabench/##g'

browser: ## install Chromium, as root on Debian or Ubuntu, if there is no browser
	@harness/chromium/install.sh

clean: ## remove containers, networks and volumes that killed runs left behind; ARGS=--images: images too
	$(SPABENCH) clean $(ARGS)
