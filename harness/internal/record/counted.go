package record

// Counted are the trials that tables are made from: for each arm and round, the first undisturbed attempt, or the last
// if all were disturbed.
func (r Run) Counted() []Trial {
	type turn struct {
		arm   string
		round int
	}
	chosen := map[turn]int{}
	for i, t := range r.Trials {
		key := turn{t.Variant, t.Round}
		before, known := chosen[key]
		if !known || r.Trials[before].Disturbed() {
			chosen[key] = i
		}
	}
	var trials []Trial
	for i, t := range r.Trials {
		if chosen[turn{t.Variant, t.Round}] == i {
			trials = append(trials, t)
		}
	}
	return trials
}

// Disturbed reports whether the sentinel noticed other work around the trial.
func (t Trial) Disturbed() bool { return t.Sentinel != nil && t.Sentinel.Disturbed != "" }
