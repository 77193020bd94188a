package variants

// Regressions returns embedded-go made worse in one way each, by a known amount, so that spabench trust can tell
// whether the measurement finds it. They answer every request correctly, and nobody should deploy them.
func Regressions() []Variant {
	plant := func(stage, title, regression string) Variant {
		return Variant{
			Name:       "planted-" + stage,
			Title:      "embedded-go, planted: " + title,
			Server:     "Fiber v2 (Go)",
			Kind:       Planted,
			Containers: []Container{{Name: "app", Dockerfile: "planted", Stage: stage}},
			Redeploy:   ByImage,
			Regression: regression,
		}
	}
	half := plant("cpu", "a twentieth more CPU time", "burns half of PLANT_CPU on each request")
	half.Name, half.Environ = "planted-cpu-5", map[string]string{"PLANT_PART": "0.5"}
	return []Variant{
		plant("cpu", "a tenth more CPU time",
			"burns PLANT_CPU of CPU time on each request: a tenth of what embedded-go spends on a page"),
		half,
		plant("tail", "slow answers now and then", "delays 2% of its responses by 2 ms"),
		plant("size", "a larger image", "has 1,000,000 incompressible bytes in its image"),
		plant("start", "a later start", "waits 50 ms before it listens"),
	}
}
