# Everything here sets up what it needs: a container engine, and base images when no registry answers.
# ARGS goes to the command: make bench ARGS="--quick --only fastapi"
SPABENCH = go run ./harness/cmd/spabench

.PHONY: bench trust claims test test-code test-containers conformance matrix browser check mutants tables test-wine dist lint clean

bench: browser ## build, check and measure every variant; tables in results/
	$(SPABENCH) bench $(ARGS)

trust: ## prove the instrument: is the same called the same, and is what is made worse found? half an hour; ARGS="--resume --out DIR"
	$(SPABENCH) trust $(ARGS)

claims: browser ## test on containers what the article behind this project claims; the claims table in results/
	$(SPABENCH) claims $(ARGS)

# Containers change the network of the machine as they come and go, and a browser then gives up what it asks for: what
# tests the browser comes after them. They are mostly waited for, so what needs the processor runs meanwhile.
test: browser ## all tests; the checks that take seconds on one server each only in: make conformance mutants
	$(MAKE) --no-print-directory --jobs=2 --output-sync=target test-code test-containers
	go test -short ./harness/chromium

test-code:
	CHROME= go test -race -short ./...
	go test -tags cgo_sqlite ./variants/fiber/app
	CHROME= go test ./harness/spatest

test-containers:
	go test -timeout 60m ./harness/internal/lab
	go test -timeout 60m ./harness -quick

conformance: browser ## the whole suite, deploys and browsers too, on every variant in its containers; benches that are killed, limited, or find planted regressions; Docker Compose; base images and build arguments; known answers
	go test ./harness/internal/load
	go test -timeout 60m -run '^(TestConformance|TestBenchKilled|TestBenchLimited|TestBenchPlanted|TestHomeIsWhatChromiumAsksFor|TestCompose.*|TestCrossOrigin|TestSplit|TestBases|TestBuildArguments|TestClaimsResumed)$$' ./harness

matrix: browser ## check every variant and recipe in its containers; the matrix in results/
	$(SPABENCH) matrix $(ARGS)

check: ## check a running server: make check URL=http://127.0.0.1:8080
	$(SPABENCH) check $(URL) $(ARGS)

test-wine: ## run the suite's short tests as a Windows program, under Wine
	@harness/spatest/wine.sh $(ARGS)

mutants: ## run the suite on every server that breaks a rule: the mutation score; ARGS="--only routing"
	$(SPABENCH) mutants score $(ARGS)

browser: ## install Chromium, where none is and that is easy
	@harness/chromium/install.sh

tables: ## render the published tables again from their records
	$(SPABENCH) table --publish

dist: ## build the command line for Linux, macOS and Windows into dist/, with checksums, and an image of it; ARGS=--no-image
	$(SPABENCH) dist $(ARGS)

lint:
	test -z "$$(gofmt -l variants harness | tee /dev/stderr)"
	for os in linux darwin windows; do for arch in amd64 arm64; do GOOS=$$os GOARCH=$$arch go vet ./... || exit 1; done; done
	go tool staticcheck ./...

clean: ## remove containers, networks and volumes that runs left behind; ARGS=--images: images too
	$(SPABENCH) clean $(ARGS)
