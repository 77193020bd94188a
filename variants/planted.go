package variants

// Planted returns embedded-go with exactly one thing worse in each: regressions of known size, which show whether the
// measurement finds them (spabench trust). They serve everything correctly, and nobody should deploy them.
func Planted() []Variant {
	plant := func(stage, title, worse string) Variant {
		return Variant{
			Name: "planted-" + stage, Title: "embedded-go, planted: " + title, Server: "Fiber v2 (Go)", Redeploy: ByImage, Planted: worse,
			Containers: []Container{{Name: "app", Dockerfile: "planted", Stage: stage}},
		}
	}
	return []Variant{
		plant("cpu", "a tenth more CPU time", "burns CPU time on each request, as much as PLANT_CPU says: a tenth of what embedded-go spends on a page"),
		plant("tail", "slow answers now and then", "answers 2% of the requests 2 ms later"),
		plant("size", "a larger image", "has 1,000,000 bytes in its image that nothing compresses"),
		plant("start", "a later start", "listens 50 ms later"),
	}
}
