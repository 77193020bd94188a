package variants

// fronts returns embedded-go with the same app in other front-end frameworks: neither the server nor its Dockerfile
// knows which one it gets.
func fronts() []Variant {
	front := func(folder, title string) Variant {
		return Variant{
			Name: "embedded-go-" + folder, Title: "embedded-go with the app in " + title, Server: "Fiber v2 (Go)", Redeploy: ByImage,
			Containers: []Container{{Name: "app", Dockerfile: "embedded-go", Data: "/data"}},
			Front:      folder, Extra: true,
		}
	}
	return []Variant{
		front("plain", "HTML and JavaScript, without a framework"),
		front("vue", "Vue"),
		front("svelte", "Svelte"),
		front("solid", "SolidJS"),
		front("angular", "Angular"),
	}
}
