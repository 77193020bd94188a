package record

import (
	"cmp"
	"slices"
	"time"
)

// CapacityObserved is the SLO capacity of the variants in a published run: the highest rate at which each met it.
type CapacityObserved struct {
	Run        string            `json:"run"` // its folder in results
	ServerCPUs string            `json:"server_cpus"`
	Quantile   float64           `json:"quantile"` // of the latency, counted from the scheduled start of a request
	Within     time.Duration     `json:"within"`   // nanoseconds: the most that it may be
	Busy       BusySite          `json:"busy"`     // what capacities are compared with
	Variants   []VariantCapacity `json:"variants"`
}

// BusySite is a site with high traffic.
type BusySite struct {
	PageLoads   float64 `json:"page_loads"`   // in a day
	BusiestHour float64 `json:"busiest_hour"` // part of them in the busiest hour
}

// Rate returns the page loads per second in the busiest hour.
func (b BusySite) Rate() float64 { return b.PageLoads * b.BusiestHour / 3600 }

// VariantCapacity is the SLO capacity of one variant over the rounds in which a second attempt confirmed it.
type VariantCapacity struct {
	Variant          string  `json:"variant"`
	Rounds           int     `json:"rounds"`
	Median           float64 `json:"median"` // requests per second
	Min              float64 `json:"min"`
	Max              float64 `json:"max"`
	GeneratorLimited bool    `json:"generator_limited"` // in most rounds, by the load generator: it may be more
}

// Lowest returns the variant with the lowest capacity. There must be one.
func (o CapacityObserved) Lowest() VariantCapacity {
	return slices.MinFunc(o.Variants, func(a, b VariantCapacity) int { return cmp.Compare(a.Median, b.Median) })
}
