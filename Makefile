# Everything here sets up what it needs: a container engine, and base images when no registry answers.
# ARGS goes to the command: make bench ARGS="--quick --only fastapi"
SPABENCH = go run ./harness/cmd/spabench

.PHONY: bench test matrix browser check mutants tables lint clean

bench: browser ## build, check and measure every variant; tables in results/
	$(SPABENCH) bench $(ARGS)

# Containers come and go in the second step. They change the network of the machine, which makes a browser give up what
# it asks for: what tests the browser has a step of its own.
test: browser ## all tests: with the race detector, then in containers, then the suite's own mutants, in a browser too
	go test -race -short ./...
	go test -timeout 60m -p 1 ./harness/internal/lab ./harness
	go test -timeout 30m ./harness/spatest/mutant ./harness/chromium

matrix: browser ## check every variant and recipe in its containers; the matrix in results/
	$(SPABENCH) matrix $(ARGS)

check: ## check a running server: make check URL=http://127.0.0.1:8080
	$(SPABENCH) check $(URL) $(ARGS)

mutants: ## run the suite on every server that breaks a rule: the mutation score; ARGS="--only routing"
	$(SPABENCH) mutants score $(ARGS)

browser: ## install Chromium, where none is and that is easy
	@harness/chromium/install.sh

tables: ## render the published tables again from their records
	$(SPABENCH) table --publish

lint:
	test -z "$$(gofmt -l variants harness | tee /dev/stderr)"
	go vet ./...
	go tool staticcheck ./...

clean: ## remove containers, networks and volumes that runs left behind; ARGS=--images: images too
	$(SPABENCH) clean $(ARGS)
