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

// What the load generator must do at half of its ceiling to be trusted up to there.
const (
	keepsRate = 0.99 // of the planned rate
	keepsLag  = 1e6  // median, nanoseconds
)

// keeps reports whether the generator kept to the schedule.
func keeps(s record.Schedule) bool {
	return s.Rate > 0 && s.Sent >= keepsRate*float64(s.Rate) && float64(s.LagP50) <= keepsLag
}

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

// generatorBound says why the latency of an arm under a load may be the generator's rather than the server's: the
// load's rate is more than half of the generator's ceiling, or was not reached. It is "" when neither is so.
func generatorBound(run record.Run, arm, load string) string {
	i := slices.IndexFunc(run.Plan.Loads, func(l record.Load) bool { return l.Name == load })
	if i < 0 {
		return ""
	}
	rate := float64(run.Plan.Loads[i].Rate)
	if c, ok := calibrationOf(run, load); ok && rate > c.Ceiling/2 {
		return fmt.Sprintf("%s: its rate of %.0f/s is more than half of the %.0f/s that the generator can "+
			"send", load, rate, c.Ceiling)
	}
	sent := stat.Summary(measured(run, arm, ofLoad(load, Metric{}, func(l record.Loaded) (float64, bool) {
		return float64(l.Requests) / l.Sent.Seconds(), l.Sent > 0
	})).values())
	// The last request is sent up to one interval before the end, which is more than 1% of a short load.
	if few := 1 / (rate * run.Plan.Loads[i].Duration.Seconds()); sent.N > 0 && sent.Centre < (keepsRate-few)*rate {
		return fmt.Sprintf("%s under %s: only %s/s of the planned %.0f/s were sent", arm, load, number(sent.Centre), rate)
	}
	return ""
}

// generatorSheet is the table of the load generator.
func generatorSheet(run record.Run) sheet {
	s := sheet{head: []string{"load", "rate", "ceiling", "half", "sent", "lag p50", "lag p99", "keeps up"}}
	for _, c := range run.Calibration {
		if c.Err != "" {
			s.notes = append(s.notes, fmt.Sprintf("%s %s: %s", missing, c.Load, firstLine(c.Err)))
			continue
		}
		rate := missing
		for _, l := range run.Plan.Loads {
			if l.Name == c.Load {
				rate = count(float64(l.Rate))
			}
		}
		verdict := "yes"
		if !keeps(c.Half) {
			verdict = "no"
		}
		s.rows = append(s.rows, []string{
			c.Load, rate, number(c.Ceiling),
			number(float64(c.Half.Rate)), fmt.Sprintf("%.1f%%", 100*c.Half.Sent/float64(c.Half.Rate)),
			number(float64(c.Half.LagP50) / 1e6), number(float64(c.Half.LagP99) / 1e6), verdict,
		})
	}
	behind := func(c record.Calibration) bool { return c.Err == "" && !keeps(c.Half) }
	if slices.ContainsFunc(run.Calibration, behind) {
		s.notes = append(s.notes, "Where the generator does not keep up at half of its ceiling in the best of three "+
			"attempts, either "+
			"something else used its CPU, or the ceiling overstates what it can do. The lag in each trial is a better guide.")
	}
	return s
}

// kneeMetric is the SLO capacity: the highest rate at which the plan's objective was met.
func kneeMetric() Metric {
	return Metric{Name: "page-knee", Title: "page", Unit: perSecond, Better: Higher,
		Doc: "highest rate of pages per second that meets the objective: found by bisection, confirmed by a repeat twice " +
			"as long",
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
