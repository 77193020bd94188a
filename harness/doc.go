// Package harness holds the conformance suite of the published variants, and this map of the code that builds, checks,
// measures and tabulates them.
//
// # The rooms
//
//	spatest           the checks, importable by anyone; spatest/mutant has servers that break one rule each
//	chromium          the browser that checks and claims open pages in
//	cmd/spabench      the command line, one file for each command
//	internal/rig      variants built, started, asked and removed: what conformance, bench and claims share
//	internal/bench    a measured run: its plan, rounds, trials, loads, calibration, limits, SLO search, resumption, trust
//	internal/sentinel what disturbs a measurement, and threads bound to CPUs
//	internal/claims   what the article claims, tested; a folder for each experiment, which observes and judges
//	internal/lab      the container engine: images, containers, networks, counters
//	internal/load     the load generator, and what it verifies and records
//	internal/record   what is written down: runs, trials, conformance, claims
//	internal/stat     medians, intervals, histograms
//	internal/table    records rendered as tables, pages and sentences
//	internal/gate     budgets, and whether a run keeps them
//
// The others are small, and serve one command each or several of these: alone (tests that take turns), browser (the header
// fields that a browser sends), contract (the API of the variants, checked), hops (several layers asked the same),
// inventory (what is inside an image), nearest (the name that was meant), rawhttp (HTTP/1.1 requests sent byte for byte),
// remedy (how servers keep a check), report (what a conformance check prints).
//
// # Who may import whom
//
// Imports run down only. Each line below names a package and, after the colon, all that it may import: packages of this
// project, below harness unless they begin with variants, and the large libraries. An indented line continues the one
// above it. A package may only import what stands on a line below its own. The test of this package reads these lines,
// so a new package needs one. `make imports` prints what is imported.
//
//	cmd/spabench: internal/bench internal/claims internal/rig internal/gate internal/table internal/report
//	  internal/remedy internal/hops internal/inventory internal/record internal/nearest internal/lab chromium
//	  spatest spatest/mutant variants
//	internal/bench: internal/rig internal/sentinel internal/lab internal/load internal/record internal/stat
//	  internal/browser internal/rawhttp chromium spatest variants
//	internal/claims: internal/claims/bases internal/claims/compose internal/claims/origin internal/claims/rebuild
//	  internal/claims/tamper internal/claims/update internal/claims/claim internal/rig internal/lab
//	  internal/inventory internal/record internal/stat internal/nearest internal/browser internal/rawhttp spatest
//	  variants
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
//	internal/rig/rigtest: internal/rig internal/lab internal/alone internal/contract chromium spatest variants
//	internal/rig: internal/lab internal/load internal/record internal/inventory internal/browser internal/rawhttp
//	  spatest variants
//	internal/gate: internal/table internal/record internal/stat internal/nearest spatest
//	internal/table: internal/record internal/stat internal/inventory spatest tablewriter
//	internal/load/generator: internal/load
//	internal/load: internal/record internal/stat vegeta
//	internal/lab: variants testcontainers docker
//	internal/sentinel: internal/record
//	internal/record: spatest
//	internal/report: spatest
//	internal/remedy: internal/nearest spatest
//	internal/hops: spatest
//	internal/contract: internal/browser variants
//	internal/inventory:
//	internal/stat:
//	chromium: internal/browser spatest chromedp
//	spatest/mutant: spatest
//	spatest: internal/browser internal/rawhttp internal/nearest
//	internal/alone:
//	internal/browser:
//	internal/rawhttp:
//	internal/nearest:
//	variants:
//	variants/null:
//	variants/fiber/api: variants/fiber/app
//	variants/fiber/disk: variants/fiber/app
//	variants/fiber/embedded: variants/fiber/app
//	variants/fiber/planted: variants/fiber/app
//	variants/fiber/planted/ballast:
//	variants/fiber/seed: variants/fiber/app
//	variants/fiber/app:
package harness
