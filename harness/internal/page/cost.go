package page

import (
	"fmt"
	"strconv"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
	"spabench/harness/internal/table"
)

// cost is what each variant would cost to run: recorded figures, inputs, and what follows from them. The script of the
// page computes the same from other inputs.
type cost struct {
	Visit   string // what a visit is taken to be
	Inputs  []input
	Rows    []figures
	Default inputs
}

// input is one that a reader can change.
type input struct {
	Name, Title, Unit string
	Value             float64
}

// Shown is the value as a field has it.
func (i input) Shown() string { return strconv.FormatFloat(i.Value, 'f', -1, 64) }

// inputs are what the cost depends on besides what was measured. Prices are per month where time matters.
type inputs struct {
	Visits  float64 // a day
	Busiest float64 // percent of them in the busiest hour
	CPU     float64 // price of a vCPU-hour
	Memory  float64 // price of a GB-month
	Egress  float64 // price of a GB
	Deploys float64 // a month
	Hosts   float64
}

// figures are what was measured of one arm, in base units.
type figures struct {
	Arm    string
	CPU    stat.Interval // nanoseconds of a visit
	Memory stat.Interval // bytes under load
	Wire   float64       // bytes of a visit
	Pull   float64       // bytes of an image, compressed

	CPULink, MemoryLink, WireLink, PullLink string
	Bill                                    bill // for the inputs that the page begins with
}

// bill is what follows for one arm.
type bill struct {
	Cores, GB stat.Interval // in the busiest hour; of all hosts together
	Egress    float64       // GB a month, to visitors
	Pulled    float64       // GB a month, to hosts
	Money     stat.Interval // a month
}

// The length of a mean month.
const (
	monthDays  = 365.25 / 12
	monthHours = 24 * monthDays
)

// of computes the bill. The ends of the interval of the money are the sums of the ends, so it holds with more
// confidence than either part.
func (in inputs) of(f figures) bill {
	perSecond := in.Visits * in.Busiest / 100 / 3600
	b := bill{
		Cores:  scaled(f.CPU, perSecond/1e9),
		GB:     scaled(f.Memory, in.Hosts/1e9),
		Egress: in.Visits * monthDays * f.Wire / 1e9,
		Pulled: in.Deploys * in.Hosts * f.Pull / 1e9,
	}
	exact := (b.Egress + b.Pulled) * in.Egress
	sum := func(cores, gb float64) float64 { return cores*monthHours*in.CPU + gb*in.Memory + exact }
	b.Money = stat.Interval{Centre: sum(b.Cores.Centre, b.GB.Centre), Lo: sum(b.Cores.Lo, b.GB.Lo),
		Hi: sum(b.Cores.Hi, b.GB.Hi)}
	return b
}

func scaled(i stat.Interval, by float64) stat.Interval {
	i.Centre, i.Lo, i.Hi = i.Centre*by, i.Lo*by, i.Hi*by
	return i
}

// begin are the inputs that the page begins with: the busy site of the tested claims, and round prices that are
// nobody's.
func begin() inputs {
	return inputs{Visits: 1e6, Busiest: 10, CPU: 0.04, Memory: 4, Egress: 0.08, Deploys: 20, Hosts: 2}
}

// costOf are the figures of the arms of which all was measured. The baseline is no way to serve an app.
func costOf(run record.Run) cost {
	in := begin()
	c := cost{Visit: "a first visit: the page and all that it loads", Default: in, Inputs: []input{
		{"visits", "Visits a day", "", in.Visits}, {"busiest", "Of these, in the busiest hour", "%", in.Busiest},
		{"cpu", "Price of a vCPU-hour", "", in.CPU}, {"memory", "Price of a GB of memory for a month", "", in.Memory},
		{"egress", "Price of a GB of traffic", "", in.Egress}, {"deploys", "Deploys a month", "", in.Deploys},
		{"hosts", "Hosts", "", in.Hosts},
	}}
	l := costLoad(run, &c)
	cpu, _ := table.Named(l + "-cpu")
	wire, _ := table.Named(l + "-wire")
	if l == "page" {
		wire, _ = table.Named("page-body")
	}
	memory, _ := table.Named("memory-loaded")
	pull, _ := table.Named("image-compressed")
	for _, arm := range run.Plan.Variants {
		f := figures{Arm: arm, CPU: table.Value(run, arm, cpu), Memory: table.Value(run, arm, memory),
			Wire: table.Value(run, arm, wire).Centre, Pull: table.Value(run, arm, pull).Centre}
		if arm == run.Plan.Baseline || f.CPU.N == 0 || f.Memory.N == 0 || f.Wire == 0 || f.Pull == 0 {
			continue
		}
		link := func(m table.Metric) string { return "#" + valueAnchor(m.Name, arm) }
		f.CPULink, f.MemoryLink, f.WireLink, f.PullLink = link(cpu), link(memory), link(wire), link(pull)
		f.Bill = in.of(f)
		c.Rows = append(c.Rows, f)
	}
	return c
}

// costLoad is the load that stands for a visit.
func costLoad(run record.Run, c *cost) string {
	visit, _ := table.Named("visit-cpu")
	for _, arm := range run.Plan.Variants {
		if arm != run.Plan.Baseline && table.Value(run, arm, visit).N > 0 {
			return "visit"
		}
	}
	c.Visit = "the page alone, without what it loads, because this run made no visits"
	return "page"
}

// Show formats a number with its interval.
func (figures) Show(i stat.Interval) string { return table.ShowInterval(i, table.Number) }

// Number formats one without.
func (figures) Number(v float64) string { return table.Number(v) }

// Data are the recorded figures for the script.
func (f figures) Data() string {
	return fmt.Sprintf("%g %g %g %g %g %g %g %g", f.CPU.Centre, f.CPU.Lo, f.CPU.Hi,
		f.Memory.Centre, f.Memory.Lo, f.Memory.Hi, f.Wire, f.Pull)
}
