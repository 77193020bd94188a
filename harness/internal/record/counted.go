package record

// Counted are the trials that tables are made from: of each arm and round, the last. Before schema 4, a disturbed trial
// could be repeated. They may be the run's own, which the caller must not change.
func (r Run) Counted() []Trial {
	type place struct {
		arm   string
		round int
	}
	last := make(map[place]int, len(r.Trials))
	for i := range r.Trials {
		last[place{r.Trials[i].Variant, r.Trials[i].Round}] = i
	}
	if len(last) == len(r.Trials) {
		return r.Trials
	}
	var trials []Trial
	for i, t := range r.Trials {
		if last[place{t.Variant, t.Round}] == i {
			trials = append(trials, t)
		}
	}
	return trials
}
