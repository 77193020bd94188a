package record

// Counted are the trials that tables are made from: of each arm's turn in a round the first that nothing disturbed; the
// last, if all were.
func (r Run) Counted() []Trial {
	type turn struct {
		arm   string
		round int
	}
	chosen := map[turn]int{}
	for i, t := range r.Trials {
		key := turn{t.Variant, t.Round}
		before, is := chosen[key]
		if !is || r.Trials[before].Disturbed() {
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

// Disturbed reports whether the sentinel saw something else at work during the trial.
func (t Trial) Disturbed() bool { return t.Sentinel != nil && t.Sentinel.Disturbed != "" }
