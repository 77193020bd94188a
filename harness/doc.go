// Package harness runs the conformance suite on the published variants. This comment is a map of the code that builds,
// checks, measures and tabulates them.
//
// # The packages
//
//	spatest           the checks, which anyone can import; spatest/mutant has servers that break one rule each, and
//	                  spatest/start starts a project's server for a test
//	chromium          the browser in which checks and claims open pages
//	cmd/spabench      the command line, one file for each command; cmd/vet: go vet that compiles nothing
//	internal/rig      builds, starts, queries and removes variants, for the conformance suite, bench and claims
//	internal/bench    a measured run: plan, rounds, arms, turns, loads, calibration, limits, capacity, resuming, trust
//	internal/sentinel looks at what else the machine does
//	internal/claims   tests of the article's claims, with a package for each experiment and its verdict
//	internal/witness  a run in which a second load generator checks the first
//	internal/lab      the container engine: images, containers, networks, counters
//	internal/load     the load generator, which verifies and records every response
//	internal/opening  what a browser requests when it opens the page of somebody's own server
//	internal/record   the records: runs, rounds, conformance, claims
//	internal/stat     ratios, intervals, histograms
//	internal/table    renders records as tables, pages and sentences
//	internal/page     the pages that people look at, one HTML file each: runs, matrices, claims, their index
//	internal/chart    draws the pictures
//	internal/gate     budgets, and whether a run meets them
//	internal/project  reads spabench.yaml; internal/described makes targets and servers of what it says
//	internal/built    reads and copies the folder that the build of somebody's app wrote
//	internal/doctor   whether this machine can run the benchmark
//
// The other packages are small, and support one or more of these: alone (gives tests turns at the container engine),
// apptest (serves the Go variants' app to tests), browser (the header fields that a browser sends), cause (groups
// failing checks by what is wrong with the server), cgroup (reads the CPU time that containers have used), contract
// (checks the API of the variants), hops (compares what several layers answer), inventory (what is inside an image),
// junit (writes JUnit XML), nearest (suggests the name that was probably meant), rawhttp (sends HTTP/1.1 requests
// byte for byte), remedy (how to make each server pass a check; trials tries it), report (prints the result of a
// check).
//
// # Allowed imports
//
// A package may import only packages listed below it. Each line names a package and, after the colon, everything that
// it may import: packages of this project (in harness, unless the path begins with variants) and the large libraries.
// An indented line continues the one above it. The test of this package reads these lines, so a new package needs one.
// `make imports` prints the actual imports.
//
//	cmd/spabench: internal/bench internal/claims internal/rig internal/built internal/gate internal/page internal/table
//	  internal/report internal/remedy internal/cause internal/hops internal/inventory internal/junit internal/record
//	  internal/nearest internal/lab chromium internal/witness internal/doctor internal/described internal/project
//	  spatest spatest/mutant variants variants/fiber/app
//	cmd/vet:
//	spatest/start: internal/described internal/rig internal/lab internal/project spatest
//	internal/described: internal/rig internal/lab internal/project internal/nearest spatest variants
//	internal/doctor: internal/rig internal/sentinel internal/lab chromium
//	internal/bench: internal/rig internal/built internal/sentinel internal/lab internal/load internal/opening
//	  internal/record internal/browser internal/rawhttp chromium spatest variants
//	internal/claims: internal/claims/bases internal/claims/compose internal/claims/origin internal/claims/rebuild
//	  internal/claims/tamper internal/claims/update internal/claims/claim internal/rig internal/lab
//	  internal/inventory internal/record internal/stat internal/nearest internal/browser internal/rawhttp spatest
//	  variants
//	internal/witness: internal/rig internal/lab internal/load internal/record internal/stat internal/browser variants
//	internal/claims/bases: internal/claims/claim internal/rig internal/lab internal/inventory internal/record
//	  variants
//	internal/claims/compose: internal/claims/claim internal/rig internal/lab internal/record internal/browser
//	  internal/rawhttp
//	internal/claims/origin: internal/claims/claim internal/rig internal/lab internal/record internal/browser
//	  internal/rawhttp chromium spatest variants
//	internal/claims/rebuild: internal/claims/claim internal/rig internal/lab internal/record variants
//	internal/claims/tamper: internal/claims/claim internal/rig internal/lab internal/record internal/browser
//	  internal/rawhttp variants
//	internal/claims/update: internal/claims/claim internal/rig internal/lab internal/record internal/browser
//	  internal/rawhttp variants
//	internal/claims/claim: internal/rig internal/lab internal/inventory internal/record variants
//	internal/rig/rigtest: internal/rig internal/lab internal/alone internal/contract chromium/chromiumtest chromium spatest
//	  variants
//	internal/rig: internal/built internal/lab internal/load internal/record internal/inventory internal/browser
//	  internal/rawhttp spatest variants
//	internal/page: internal/chart internal/table internal/report internal/record internal/stat spatest variants
//	internal/gate: internal/table internal/record internal/stat internal/nearest spatest
//	internal/table: internal/record internal/stat internal/inventory internal/junit spatest tablewriter
//	internal/chart: gonum
//	internal/load/generator: internal/load
//	internal/load: internal/cgroup internal/record internal/stat vegeta
//	internal/opening: internal/record internal/browser internal/rawhttp chromium spatest
//	internal/lab: internal/cgroup variants testcontainers docker
//	internal/sentinel: internal/record
//	internal/record: spatest
//	internal/report: internal/junit spatest
//	internal/remedy/trials: variants
//	internal/remedy: internal/nearest spatest
//	internal/cause: spatest
//	internal/hops: spatest
//	internal/contract: internal/browser variants
//	internal/project: internal/nearest
//	internal/built:
//	internal/inventory:
//	internal/junit:
//	internal/stat:
//	internal/cgroup:
//	chromium/chromiumtest: chromium
//	chromium: internal/browser spatest chromedp
//	spatest/mutant: spatest
//	spatest: internal/browser internal/rawhttp internal/nearest
//	internal/apptest: variants/fiber/app variants/fiber/database
//	internal/alone:
//	internal/browser:
//	internal/rawhttp:
//	internal/nearest:
//	variants:
//	variants/null:
//	variants/fiber/api: variants/fiber/app variants/fiber/database
//	variants/fiber/disk: variants/fiber/app variants/fiber/database
//	variants/fiber/embedded: variants/fiber/app variants/fiber/database
//	variants/fiber/planted: variants/fiber/app variants/fiber/database
//	variants/fiber/planted/ballast:
//	variants/fiber/seed: variants/fiber/database
//	variants/fiber/app: variants/fiber/database
//	variants/fiber/database:
package harness
