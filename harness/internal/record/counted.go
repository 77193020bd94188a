package record

// Counted are the trials that tables are made from: of each arm and round, the last. Before schema 4, a disturbed trial
// could be repeated.
func (r Run) Counted() []Trial {
	type place struct {
		arm   string
		round int
	}
	last := map[place]int{}
	for i, t := range r.Trials {
		last[place{t.Variant, t.Round}] = i
	}
	var trials []Trial
	for i, t := range r.Trials {
		if last[place{t.Variant, t.Round}] == i {
			trials = append(trials, t)
		}
	}
	return trials
}
