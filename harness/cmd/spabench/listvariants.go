package main

import "spabench/variants"

// listedVariant is a variant as `list --json` prints it. Scripts read these names, so a variant's Kind and API stay
// spelt as the flags that came before them.
type listedVariant struct {
	Name       string
	Title      string
	Server     string
	Containers []variants.Container
	Redeploy   variants.Redeploy
	Waive      map[string]string
	Floor      bool
	Extra      bool
	Front      string
	Recipe     string
	NoAPI      bool
	Planted    string
	Environ    map[string]string
}

func variantList() []listedVariant {
	var listed []listedVariant
	for _, v := range measurable() {
		listed = append(listed, listedVariant{
			Name: v.Name, Title: v.Title, Server: v.Server,
			Containers: v.Containers, Redeploy: v.Redeploy, Waive: v.Waive,
			Floor: v.Kind == variants.Baseline, Front: v.Front,
			Extra:  v.Kind == variants.Optional || v.Kind == variants.Experiment,
			Recipe: v.Source, NoAPI: v.API == variants.NoAPI, Planted: v.Regression, Environ: v.Environ,
		})
	}
	return listed
}
