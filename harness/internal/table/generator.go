package table

import (
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// knee is the table of SLO capacity, which only runs with an objective have. Its name is that of the record's field.
const knee = "knee"

// calibrationOf is the calibration that applies to a load: its own, or else that of the visit for a visit, or that of
// the page for loads of a few hundred bytes, which are not calibrated themselves.
func calibrationOf(run record.Run, load string) (record.Calibration, bool) {
	names := []string{load, page}
	if strings.HasPrefix(load, visit+"-") {
		names = []string{load, visit}
	}
	for _, name := range names {
		for _, c := range run.Calibration {
			if c.Load == name {
				return c, c.Err == "" && c.Ceiling > 0
			}
		}
	}
	return record.Calibration{}, false
}

// keepsRate is the part of a load's planned rate that must have been sent.
const keepsRate = 0.99

// generatorBound says why the latency of an arm under a load may be the generator's rather than the server's: the
// load's rate is above the one up to which the generator is trusted, or was not reached. It is "" when neither is so.
func generatorBound(run record.Run, arm, load string) string {
	loads := run.Loads()
	i := slices.IndexFunc(loads, func(l record.Load) bool { return l.Name == load })
	if i < 0 {
		return ""
	}
	rate := float64(loads[i].Rate)
	if c, ok := calibrationOf(run, load); ok && rate > c.Trusted() {
		return fmt.Sprintf("%s: its rate of %.0f/s is above the %.0f/s up to which the generator is trusted",
			load, rate, c.Trusted())
	}
	sent := stat.Summary(measured(run, arm, ofLoad(load, Metric{}, func(l record.Loaded) (float64, bool) {
		return float64(l.Requests) / l.Sent.Seconds(), l.Sent > 0
	})).values())
	// The last request is sent up to one interval before the end, which is more than 1% of a short load.
	if few := 1 / (rate * loads[i].Duration.Seconds()); sent.N > 0 && sent.Centre < (keepsRate-few)*rate {
		return fmt.Sprintf("%s under %s: only %s/s of the planned %.0f/s were sent",
			arm, load, number(sent.Centre), rate)
	}
	return ""
}

// generatorSheet is the table of the load generator.
func generatorSheet(run record.Run) sheet {
	s := sheet{head: []string{"load", "ceiling", "sustained", "lag p99", "rate", "of sustained"}}
	for _, c := range run.Calibration {
		note := ""
		switch {
		case c.Err != "":
			note = fmt.Sprintf("%s %s: %s", missing, c.Load, firstLine(c.Err))
		case c.Half.Rate > 0:
			note = missing + " not measured: in a run as old as this, the generator is trusted up to half of its " +
				"ceiling."
		case c.Sustained.Rate == 0:
			note = fmt.Sprintf("%s %s: the generator kept its schedule at none of the rates tried, "+
				"so latency under this load is not compared.", missing, c.Load)
		}
		if note != "" && !slices.Contains(s.notes, note) {
			s.notes = append(s.notes, note)
		}
		if c.Err == "" {
			s.rows = append(s.rows, generatorRow(run.Loads(), c))
		}
	}
	return s
}

// generatorRow is what the generator can do with one load, and how much of that the plan demands.
func generatorRow(loads []record.Load, c record.Calibration) []string {
	row := []string{c.Load, number(c.Ceiling), missing, missing, missing, missing}
	sustained := float64(c.Sustained.Rate)
	if sustained > 0 {
		row[2], row[3] = number(sustained), number(float64(c.Sustained.LagP99)/1e6)
	}
	i := slices.IndexFunc(loads, func(l record.Load) bool { return l.Name == c.Load })
	if i < 0 {
		return row
	}
	row[4] = count(float64(loads[i].Rate))
	if sustained > 0 {
		row[5] = fmt.Sprintf("%.0f%%", 100*float64(loads[i].Rate)/sustained)
	}
	return row
}

// kneeMetric is the SLO capacity: the highest rate at which the plan's objective was met.
func kneeMetric() Metric {
	return Metric{Name: "page-knee", Title: "page", Unit: perSecond, Better: Higher,
		Doc: "highest rate of pages per second that meets the objective: found by bisection, confirmed by a repeat " +
			"twice as long",
		Of: func(t record.Trial) (float64, bool) {
			if t.Knee == nil || !t.Knee.Verified {
				return 0, false
			}
			return float64(t.Knee.Rate), true
		}}
}

// kneeGeneratorBound reports whether the generator, and not the arm, ended most searches for the SLO capacity.
func kneeGeneratorBound(run record.Run, arm string) bool {
	bound, all := 0, 0
	for _, t := range run.Counted() {
		if t.Variant == arm && t.Knee != nil && t.Knee.Verified {
			all++
			if t.Knee.GeneratorBound {
				bound++
			}
		}
	}
	return 2*bound > all
}

// objective says what the SLO is.
func objective(o record.Objective) string {
	percent := strings.TrimSuffix(fmt.Sprintf("%.1f", 100*o.Quantile), ".0")
	return fmt.Sprintf("%s%% of the pages within %s of the planned send time", percent, o.Within)
}
