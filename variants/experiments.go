package variants

// Experiments returns variants that ask what one setting does: an image of the catalogue in an environment that nobody
// is told to deploy, to be measured beside the plain one.
func Experiments() []Variant {
	return []Variant{
		{
			Name:       "embedded-go-schedtrace",
			Title:      "embedded-go with a scheduler trace every 25 days",
			Server:     "Fiber v2 (Go)",
			Kind:       Experiment,
			Containers: []Container{{Name: "app", Dockerfile: "embedded-go", Data: "/data"}},
			Redeploy:   ByImage,

			// The Go runtime's monitor thread goes to sleep whenever the server is idle, and the next request has to
			// wake it. While a scheduler trace is enabled, here one every 25 days, it polls every 10 ms instead.
			Environ: map[string]string{"GODEBUG": "schedtrace=2147483647"},
		},
	}
}
