package table

import (
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/record"
)

// nullServer is the variant that does nothing but serve the page.
const nullServer = "null"

func capacityText(o record.Observed) claimText {
	seen := *o.Capacity
	text := claimText{evidence: []string{"The run: results/" + seen.Run + "."}}
	if len(seen.Variants) == 0 {
		text.why = "the run " + seen.Run + " has an objective, but none of its trials found a rate that meets it"
		return text
	}
	var rates []string
	for _, v := range seen.Variants {
		rates = append(rates, fmt.Sprintf("%s/s (%s)", capacityRate(v), v.Variant))
	}
	capacities := fmt.Sprintf("with %s, the capacity of a server on %s is %s",
		capacityObjective(seen), namedCPUs(seen.ServerCPUs), list(rates))
	lowest, busy := seen.Lowest(), seen.Busy.Rate()
	site := fmt.Sprintf("the rate of a site with %s page loads a day in its busiest hour (%.0f/s)",
		number(seen.Busy.PageLoads), busy)
	if lowest.Median < busy {
		text.why = fmt.Sprintf("%s; that of %s is below %s", capacities, lowest.Variant, site)
	} else {
		text.why = fmt.Sprintf("there is a limit, but it is far away: %s; the lowest is %.0f times %s",
			capacities, lowest.Median/busy, site)
	}
	if slices.ContainsFunc(seen.Variants, func(v record.VariantCapacity) bool { return v.Variant == nullServer }) {
		text.evidence[0] += " Among its variants is " + nullServer + ", a server that only serves the page, from " +
			"memory: it shows what the machine, the engine and the network allow."
	}
	text.sheets = []claimSheet{capacitySheet(seen)}
	return text
}

// capacityRate shows a variant's capacity, which may be more where the load generator was the limit.
func capacityRate(v record.VariantCapacity) string {
	rate := fmt.Sprintf("%.0f", v.Median)
	if v.GeneratorLimited {
		return "at least " + rate
	}
	return rate
}

func capacityObjective(seen record.CapacityObserved) string {
	return fmt.Sprintf("p%g within %g ms", 100*seen.Quantile, seen.Within.Seconds()*1e3)
}

// namedCPUs names the CPUs of a cpuset.
func namedCPUs(set string) string {
	switch {
	case set == "":
		return "any CPU"
	case strings.ContainsAny(set, ",-"):
		return "CPUs " + set
	}
	return "CPU " + set
}

func capacitySheet(seen record.CapacityObserved) claimSheet {
	busy := seen.Busy
	t := claimSheet{
		title: "SLO capacity",
		doc: fmt.Sprintf("The highest rate of requests for the page on %s with %s, counted from the scheduled start "+
			"of each request, which avoids coordinated omission. Medians of the rounds in which a rate met the "+
			"objective twice. At least: in most of these rounds the load generator was the limit. Times a busy site: "+
			"one with %s page loads a day, %.0f%% of them in its busiest hour (%.0f/s).", namedCPUs(seen.ServerCPUs),
			capacityObjective(seen), number(busy.PageLoads), 100*busy.BusiestHour, busy.Rate()),
		sheet: sheet{head: []string{"variant", "rounds", "rate, 1/s", "lowest and highest, 1/s", "times a busy site"}},
	}
	for _, v := range seen.Variants {
		t.rows = append(t.rows, []string{
			v.Variant, fmt.Sprint(v.Rounds), capacityRate(v), fmt.Sprintf("%.0f to %.0f", v.Min, v.Max),
			fmt.Sprintf("%.0f", v.Median/busy.Rate()),
		})
	}
	return t
}
