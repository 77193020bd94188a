package spatest_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"spabench/harness/spatest"
)

// In your own test, t is what go test gives you.
func ExampleRun() {
	var t *testing.T

	spatest.Run(t, spatest.Target{
		URL:  "http://127.0.0.1:8080",
		Dist: os.DirFS("dist"),
		API:  "/api",
		Waive: map[string]string{
			"api-unknown-json": "the gateway's errors are plain text until its next release",
		},
	})
}

func ExampleInspect() {
	report, err := spatest.Inspect(context.Background(), spatest.Target{URL: "http://127.0.0.1:8080", API: "-"})
	if err != nil {
		fmt.Println("nothing could be decided:", err)
		return
	}
	for _, outcome := range report.Outcomes {
		fmt.Println(outcome.Verdict, outcome.Check)
		for _, finding := range outcome.Findings {
			fmt.Println(finding)
		}
	}
	fmt.Println(report.Err())
}
