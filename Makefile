# Everything here sets up what it needs: a container engine, and base images when no registry answers.
# ARGS goes to the command: make bench ARGS="--quick --only fastapi"
SPABENCH = go run ./harness/cmd/spabench

.PHONY: bench test matrix check mutants tables lint clean

bench: ## build, check and measure every variant; tables in results/
	$(SPABENCH) bench $(ARGS)

test: ## all tests: Go (race detector), the app's own, conformance in containers, then a one-round bench without it
	harness/chromium/install.sh
	go test -race -timeout 60m ./...
	go test -run '^TestBench' -timeout 30m ./harness

matrix: ## check every variant and recipe in its containers; the matrix in results/
	$(SPABENCH) matrix $(ARGS)

check: ## check a running server: make check URL=http://127.0.0.1:8080
	$(SPABENCH) check $(URL) $(ARGS)

mutants: ## run the suite on every server that breaks a rule: the mutation score; ARGS="--only routing"
	$(SPABENCH) mutants score $(ARGS)

tables: ## render the published tables again from their records
	$(SPABENCH) table --publish

lint:
	test -z "$$(gofmt -l variants harness | tee /dev/stderr)"
	go vet ./...
	go tool staticcheck ./...

clean: ## remove containers, networks and volumes that runs left behind; ARGS=--images: images too
	$(SPABENCH) clean $(ARGS)
