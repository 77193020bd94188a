package main

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

// treatments has the treatment of every command of every manual. A command that is not in it fails the test, and so
// does one that no manual has any more. Whatever its treatment, its files, targets and flags must exist.
var treatments = func() map[string]treatment {
	all := map[string]treatment{}
	for how, commands := range treated {
		for _, c := range commands {
			if _, twice := all[c]; twice {
				panic("two treatments: " + c)
			}
			all[c] = how
		}
	}
	return all
}()

// treated are the commands of the manuals by their treatments.
var treated = map[treatment][]string{
	here: {
		`go run ./harness/cmd/spabench table results/2026-11-29-intel-r-xeon-r-processor-2-cpus-2`,
		`go run ./harness/cmd/spabench mutants serve deep-link-404`,
		`go run ./harness/cmd/spabench table results/2026-11-29-intel-r-xeon-r-processor-2-cpus-2 --format csv`,
		`go run ./harness/cmd/spabench compare results/2026-11-26-amd-epyc-2-cpus results/2026-11-26-amd-epyc-2-cpus-2`,
		`go run ./harness/cmd/spabench compare results/2026-11-26-amd-epyc-2-cpus ` +
			`results/2026-11-26-amd-epyc-2-cpus-2 --gate budgets.txt`,
		`go run ./harness/cmd/spabench claims --list`,
		`go run ./harness/cmd/spabench check http://127.0.0.1:8080 --dist variants/spa/dist`,
		`go run ./harness/cmd/spabench list checks`,
		`go run ./harness/cmd/spabench list features`,
		`go run ./harness/cmd/spabench check --explain routing-dot-in-route`,
		`go run ./harness/cmd/spabench check --explain caching-hashed-immutable`,
		`go run ./harness/cmd/spabench check http://127.0.0.1:8080 --only caching,routing --level must --server nginx`,
		`spabench completion bash`,
		`go run ./harness/cmd/spabench check http://127.0.0.1:8080 --features ` +
			`'slow=/api/slow?ms=1500,fail=/api/fail?status={status},write=/api/items,limit=1048576'`,
		`go run ./harness/cmd/spabench check http://127.0.0.1:8080 --only routing-root,routing-deep-link ` +
			`--waive 'routing-deep-link=the fallback comes with the next release'`,
		`go run ./harness/cmd/spabench check --hop edge=http://127.0.0.1:8081 --hop app=http://127.0.0.1:8080`,
		`go run ./harness/cmd/spabench check http://127.0.0.1:8080 --only routing --json - ` +
			`--junit report.xml --badge badge.json`,
		`go run ./harness/cmd/spabench schema project`,
		`go run ./harness/cmd/spabench schema`,
		`go run ./harness/cmd/spabench mutants list`,
		`go run ./harness/cmd/spabench mutants serve deep-link-404 --addr 127.0.0.1:8081`,
		`go run ./harness/cmd/spabench list variants`,
	},
	finds: {
		`go run ./harness/cmd/spabench check http://127.0.0.1:8080 --only routing-root,routing-deep-link ` +
			`--server nginx`,
		`go run ./harness/cmd/spabench check http://127.0.0.1:8080 --only routing-deep-link`,
	},
	copied: {
		`go run ./harness/cmd/spabench report results/2026-11-29-intel-r-xeon-r-processor-2-cpus-2 --out report.html`,
		`make bench ARGS=--quick`,
		`make clean`,
		`go test ./harness -v -run TestConformance/fastapi/assets-missing-404`,
		`go run ./harness/cmd/spabench doctor`,
		`go run ./harness/cmd/spabench image embedded-go`,
		`go install ./harness/cmd/spabench`,
		`make tables`,
		`make claims ARGS="--only seed-runs-first,image-size"`,
		`go test ./harness/internal/table -update`,
		`make mutants ARGS="--only routing"`,
		`go run ./harness/cmd/spabench mutants score --only caching-hashed-immutable`,
		`make bench ARGS="--quick --only disk-go"`,
		`(cd variants/spa && npm ci && npm run build)`,
		`go run ./variants/fiber/seed variants/books.sql /tmp/books.db`,
		`DEV=true DIST=variants/spa/dist DATABASE=/tmp/books.db go run ./variants/fiber/embedded`,
		`make matrix ARGS="--only serve-single,caddy-careful"`,
		`go run ./harness/cmd/spabench image --paths fastapi`,
		`go run ./harness/cmd/spabench image --layers nginx-three-container`,
	},
	{elsewhere: "TestConformance"}: {
		`go test ./harness`,
		`go test -short ./variants ./harness`,
		`go test ./harness/internal/rig -run TestConformance/django$`,
		`go test ./harness -run TestConformance/disk-go`,
		`docker build -f dockerfiles/front.Dockerfile --build-arg FRONT=vue -t front-vue .`,
		`docker build -f dockerfiles/embedded-go.Dockerfile --build-arg DIST=front-vue -t embedded-go-vue .`,
	},
	{elsewhere: "TestSiteInBrowser"}: {
		`make site`,
		`go run ./harness/cmd/spabench serve`,
	},
	{elsewhere: "TestBench"}: {
		`make bench ARGS="--only disk-go,fastapi"`,
		`make bench ARGS="--only disk-go,fastapi --rounds 12"`,
		`make bench ARGS="--only embedded-go,embedded-go-schedtrace,nginx-three-container"`,
		`make bench ARGS="--only django"`,
	},
	{elsewhere: "TestBenchDuel"}: {
		`spabench duel main HEAD`,
		`spabench duel shop:1.1 shop:1.2 --fail-on worse`,
	},
	{elsewhere: "TestScripts"}: {
		`spabench init`,
	},
	{elsewhere: "TestBenchAdded"}: {
		`make bench ARGS="--add shop=../shop/Dockerfile"`,
		`make bench ARGS="--add shop=../shop/Dockerfile --add old=registry.example/shop:1.2#8080"`,
		`make bench ARGS="--quick --only shop --add shop=../shop/Dockerfile"`,
	},
	{elsewhere: "TestBenchLimited"}: {
		`make bench ARGS="--cpus 0.25 --memory 128m"`,
	},
	{elsewhere: "TestBenchKilled"}: {
		`make bench ARGS="--resume results/2026-11-26-amd-epyc-2-cpus-3"`,
	},
	{elsewhere: "TestHoldAll"}: {
		`make bench ARGS="--gate budgets.txt"`,
	},
	{elsewhere: "TestPublishedTrust"}: {
		`go run ./harness/cmd/spabench trust --score results/2026-11-29-trust`,
	},
	{elsewhere: "TestWitness"}: {
		`make witness`,
	},
	{elsewhere: "TestClaimsResumed"}: {
		`make claims ARGS="--resume --out results/2026-11-26-claims"`,
	},
	{elsewhere: "TestInventory"}: {
		`go run ./harness/cmd/spabench image`,
	},
	{elsewhere: "TestBuildArguments"}: {
		`make claims ARGS="--only static-binary,build-arguments"`,
	},
	{elsewhere: "TestComposeMounts"}: {
		`make claims ARGS="--only seed-runs-first,anonymous-volume,volume-precedence,hot-reload"`,
	},
	{elsewhere: "TestComposeSeed"}: {
		`docker compose -f dockerfiles/compose/seed.yaml up --build`,
	},
	{elsewhere: "TestComposeDevelopment"}: {
		`docker compose -f dockerfiles/compose/dev.yaml up --build`,
	},
	{elsewhere: "TestCrossOrigin"}: {
		`docker build -f dockerfiles/nginx-three-container.frontend.Dockerfile ` +
			`--build-arg API_ORIGIN=https://api.example -t frontend .`,
		`docker build -f dockerfiles/nginx-three-container.backend.Dockerfile -t backend .`,
		`docker run --rm -e ALLOW_ORIGIN=https://app.example -e ALLOW_MAX_AGE=7200 backend`,
	},
	{left: "eight minutes; make bench ARGS=--quick runs it with a shorter plan"}: {
		`make bench`,
	},
	{left: "it would run this test"}: {
		`make test`,
		`make test-all`,
		`make docs-test`,
		`go test -short ./...`,
	},
	{left: "it removes the images that the engine keeps as a cache, the user's among them"}: {
		`make clean ARGS=--images`,
	},
	{left: "half an hour"}: {
		`make bench ARGS="--time-budget 30m --within 5%"`,
	},
	{left: "twenty minutes"}: {
		`make remedies`,
		`make bench ARGS="--slo p99=20ms"`,
	},
	{left: "an hour and a half"}: {
		`make trust`,
	},
	{left: "an hour and three quarters"}: {
		`make trust ARGS="--duels"`,
	},
	{left: "it would go on with a published series on another machine"}: {
		`make trust ARGS="--resume --out results/2026-11-29-trust"`,
	},
	{left: "a quarter of an hour"}: {
		`make claims`,
	},
	{left: "the suite's own tests, which every run of all tests has"}: {
		`go test ./harness/spatest/...`,
	},
	{left: "ten minutes; with --only it is run"}: {
		`make matrix`,
	},
	{left: "hours, and it needs root"}: {
		`make engines`,
	},
	{elsewhere: "TestBenchTheirs"}: {
		`make bench ARGS="--quick --dist ../shop/dist --only embedded-go,django --add shop=../shop/Dockerfile"`,
		`make bench ARGS="--dist ../shop/dist"`,
	},
	{elsewhere: "TestBenchSurvey"}: {
		`make bench ARGS="--project ../shop/spabench.yaml"`,
		`spabench bench --quick --only app,disk-go`,
		`spabench bench --quick`,
	},
}
