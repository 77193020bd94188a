package start_test

import (
	"testing"

	"spabench/harness/spatest"
	"spabench/harness/spatest/start"
)

// In your own test, t is what go test gives you.
func ExampleServer() {
	var t *testing.T

	spatest.Run(t, start.Server(t, "spabench.yaml", "today"))
}
