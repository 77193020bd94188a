package table

import (
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
)

func TestCapacityText(t *testing.T) {
	seen := func(variants ...record.VariantCapacity) record.Observed {
		return record.Observed{Capacity: &record.CapacityObserved{
			Run: "2026-01-02-run", ServerCPUs: "0", Quantile: 0.99, Within: 20 * time.Millisecond,
			Busy: record.BusySite{PageLoads: 1e6, BusiestHour: 0.1}, Variants: variants,
		}}
	}
	fast := record.VariantCapacity{Variant: "one", Rounds: 3, Median: 5000, Min: 4000, Max: 6000,
		GeneratorLimited: true}
	slow := record.VariantCapacity{Variant: "two", Rounds: 3, Median: 20, Min: 20, Max: 20}
	null := record.VariantCapacity{Variant: "null", Rounds: 3, Median: 10000}

	text := capacityText(seen(fast, null))
	saysOfClaim(t, "far", text, "it is far away: with p99 within 20 ms, the capacity of a server on CPU 0 is at least "+
		"5000/s (one) and 10000/s (null); the lowest is 180 times the rate of a site with 1,000,000 page loads a day")
	if !strings.HasPrefix(text.evidence[0], "The run: results/2026-01-02-run. Among its variants is null") {
		t.Errorf("“%s”", text.evidence[0])
	}
	if got := strings.Join(text.sheets[0].rows[0], " | "); got != "one | 3 | at least 5000 | 4000 to 6000 | 180" {
		t.Error(got)
	}
	text = capacityText(seen(fast, slow))
	saysOfClaim(t, "near", text, "20/s (two); that of two is below the rate of a site with 1,000,000 page loads a day "+
		"in its busiest hour (28/s)")
	if strings.Contains(text.evidence[0], "null") {
		t.Errorf("“%s”, and null is not there", text.evidence[0])
	}
	saysOfClaim(t, "none", capacityText(seen()), "none of its trials found a rate that meets it")
}

func TestNamedCPUs(t *testing.T) {
	for set, want := range map[string]string{"": "any CPU", "1": "CPU 1", "0-3": "CPUs 0-3", "0,2": "CPUs 0,2"} {
		if got := namedCPUs(set); got != want {
			t.Errorf("%q: %s, want %s", set, got, want)
		}
	}
}
