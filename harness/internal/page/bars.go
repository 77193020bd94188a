package page

import (
	"fmt"
	"slices"

	"spabench/harness/internal/chart"
	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
	"spabench/harness/internal/table"
)

// stacks are bars of metrics that contain each other, the smallest first: each part is what a metric has more than the
// one before it. Arms that lack one of them are left out.
func stacks(run record.Run, scale string, names ...string) chart.Stacked {
	s := chart.Stacked{}
	for _, arm := range run.Plan.Variants {
		var parts []float64
		before := 0.0
		for _, name := range names {
			m, ok := table.Named(name)
			v := table.Value(run, arm, m)
			if !ok || v.N == 0 {
				break
			}
			at := v.Centre / m.Unit.Per
			parts = append(parts, max(at-before, 0))
			before = max(at, before)
			s.Title = scale + ", " + m.Unit.Name
		}
		if len(parts) == len(names) {
			s.Rows, s.Values = append(s.Rows, arm), append(s.Values, parts)
		}
	}
	return s
}

// stackFigure is the picture of bars; false where there are none.
func stackFigure(title string, s chart.Stacked, parts ...string) (figure, bool, error) {
	if len(s.Rows) == 0 {
		return figure{}, false, nil
	}
	p, err := s.Picture()
	if err != nil {
		return figure{}, false, err
	}
	label := []string{title + " (" + s.Title + ")"}
	for i, arm := range s.Rows {
		text := arm
		for j, part := range parts {
			text += fmt.Sprintf(", %s %s", part, table.Number(s.Values[i][j]))
		}
		label = append(label, text)
	}
	return figure{Title: title, Picture: picture(p, sentence(label...))}, true, nil
}

func coldStart(run record.Run, _ links) (section, error) {
	s := section{ID: "coldstart", Title: "Cold start"}
	phases := startPhases(run)
	parts := []string{"create", "start", "first byte", "page"}
	f, ok, err := stackFigure("Cold start by phase", phases, parts...)
	if err != nil || !ok {
		s.Texts = []string{"No cold start was measured."}
		return s, err
	}
	s.Texts = []string{"From nothing to the first correct page, in phases: the network and the containers are " +
		"created; the engine reports all of them as started; the first byte of any response comes; the first correct " +
		"page comes. A phase ends at the value in the table. The table counts from the first start call, so its " +
		"“page” is without “create”."}
	s.Figures = []figure{f}
	s.Keys, err = partKeys(parts...)
	return s, err
}

// startPhases are the phases of a start: creation has a clock of its own, and comes before the others.
func startPhases(run record.Run) chart.Stacked {
	created := stacks(run, "time", "start-create")
	later := stacks(run, "time", "start-returned", "start-first-byte", "start-page")
	byArm := map[string]float64{}
	for i, arm := range created.Rows {
		byArm[arm] = created.Values[i][0]
	}
	all := chart.Stacked{Title: later.Title}
	for i, arm := range later.Rows {
		create, ok := byArm[arm]
		if !ok {
			continue
		}
		all.Rows = append(all.Rows, arm)
		all.Values = append(all.Values, append([]float64{create}, later.Values[i]...))
	}
	return all
}

func image(run record.Run, l links) (section, error) {
	s := section{ID: "image", Title: "Image"}
	layers, edits := layerSheets(run), editSheets(run, l.edits)
	s.Texts = []string{"All images of a variant together; a layer that several of them share counts once."}
	if len(edits) == 0 {
		s.Texts = append(s.Texts, "A run does not measure which layers a change of the front end, the back end, a "+
			"dependency or the base replaces, and what that costs to pull: the tested claim layer-caching does.")
	}
	s.Tables = append(layers, edits...)
	if len(layers) == 0 {
		s.Texts = append(s.Texts, "This record was made before the sizes of layers were recorded: spabench "+
			"image VARIANT shows those of an image that is built.")
	}
	unpacked := baseAndOwn(run)
	f, ok, err := stackFigure("On disk", unpacked, "base images", "own layers")
	if err != nil {
		return s, err
	}
	if ok {
		s.Figures = append(s.Figures, f)
	}
	pull := stacks(run, "compressed", "image-compressed")
	if f, ok, err = stackFigure("To pull, the first time, all layers", pull, "all layers"); err != nil {
		return s, err
	}
	if ok {
		s.Figures = append(s.Figures, f)
	}
	s.Keys, err = partKeys("base images", "own layers")
	return s, err
}

// baseAndOwn are the parts of the images on disk.
func baseAndOwn(run record.Run) chart.Stacked {
	whole, _ := table.Named("image-unpacked")
	own, _ := table.Named("image-own")
	s := chart.Stacked{Title: "on disk, " + whole.Unit.Name}
	for _, arm := range run.Plan.Variants {
		all, mine := table.Value(run, arm, whole), table.Value(run, arm, own)
		if all.N == 0 || mine.N == 0 {
			continue
		}
		s.Rows = append(s.Rows, arm)
		s.Values = append(s.Values, []float64{
			max(all.Centre-mine.Centre, 0) / whole.Unit.Per, mine.Centre / whole.Unit.Per})
	}
	return s
}

func memory(run record.Run, _ links) (section, error) {
	s := section{ID: "memory", Title: "Memory"}
	parts := []string{"idle", "more under load"}
	bars := stacks(run, "working set", "memory-idle", "memory-loaded")
	f, ok, err := stackFigure("Idle, and under load", bars, parts...)
	if err != nil || !ok {
		s.Texts = []string{"No memory was measured."}
		return s, err
	}
	s.Texts = []string{"The working set of all containers of a variant, idle, and how much more it is at the end of " +
		"the load that needs the most."}
	s.Figures = []figure{f}
	s.Keys, err = partKeys(parts...)
	return s, err
}

// visitParts is the picture of the requests of a first visit: how long each takes in each variant that made visits.
func visitParts(run record.Run) (f chart.Intervals, arms []string) {
	look := looks(run)
	f.Title = "median, ms"
	for _, t := range table.Tables() {
		if t.Name != "visit-parts" {
			continue
		}
		for _, m := range t.Metrics {
			seen := false
			for _, arm := range run.Plan.Variants {
				i := table.Value(run, arm, m)
				if i.N == 0 || i.Centre <= 0 {
					continue
				}
				if !slices.Contains(arms, arm) {
					arms = append(arms, arm)
				}
				if !seen {
					f.Rows, seen = append(f.Rows, m.Title), true
				}
				per := m.Unit.Per
				f.Estimates = append(f.Estimates, chart.Estimate{Row: len(f.Rows) - 1, Look: look[arm],
					Centre: i.Centre / per, Lo: i.Lo / per, Hi: i.Hi / per})
			}
		}
	}
	return f, arms
}

func visits(run record.Run, _ links) (section, error) {
	s := section{ID: "visit", Title: "A first visit, request by request"}
	f, shown := visitParts(run)
	if len(f.Estimates) == 0 {
		s.Texts = []string{"This run made no visits."}
		return s, nil
	}
	s.Texts = []string{fmt.Sprintf("The page and all that a browser requests with it, in the order in which it "+
		"discovers them: how long each request takes (median, %.0f%% interval), from its own sending, with the wait "+
		"for a connection.", 100*stat.Confidence)}
	p, err := f.Picture()
	if err != nil {
		return s, err
	}
	label := fmt.Sprintf("Median time of each of %d requests of a first visit; the table below has the numbers",
		len(f.Rows))
	s.Figures = []figure{{Title: "Time of each request", Picture: picture(p, label)}}
	falls, err := waterfalls(run)
	if err != nil {
		return s, err
	}
	if len(falls) == 0 {
		s.Texts = append(s.Texts, "It is no waterfall: this record was made before it was recorded when in the visit "+
			"each request began.")
	} else {
		s.Texts = append(s.Texts, "A waterfall is that of one variant: each bar begins at the median of when the "+
			"request was sent after the start of the visit, and is as long as the median of the time that it took.")
	}
	s.Figures = append(s.Figures, falls...)
	s.Keys, err = armKeys(run, shown...)
	return s, err
}
