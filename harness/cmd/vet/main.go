// Command vet reports what go vet reports, for the platform that GOOS and GOARCH name. go vet compiles every package
// that it depends on for that platform, which takes six minutes of CPU time for each platform; this command only
// type-checks them, in less than one. So make lint can afford six platforms:
//
//	go run -exec "env GOOS=windows GOARCH=arm64" ./harness/cmd/vet ./...
package main

import (
	"golang.org/x/tools/go/analysis/multichecker"
	"golang.org/x/tools/go/analysis/suite/vet"
)

func main() {
	multichecker.Main(vet.Suite...)
}
