package main

import (
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"spabench/variants/fiber/app"
)

const (
	startDelay = 50 * time.Millisecond
	tailDelay  = 2 * time.Millisecond
	tailEvery  = 50 // one request in this many is delayed: 2%
)

// plant is the regression that is planted in the server. The zero value is none; a larger image is planted elsewhere,
// in the Dockerfile.
type plant struct {
	delay  time.Duration // before the server listens
	before fiber.Handler // runs before every request; nil for none
}

// readPlant parses the values of PLANT, PLANT_CPU and PLANT_PART.
func readPlant(name, cpu, part string) (plant, error) {
	switch name {
	case "":
		return plant{}, nil
	case "cpu":
		each, err := burnt(cpu, part)
		if err != nil {
			return plant{}, err
		}
		return plant{before: burning(each)}, nil
	case "tail":
		return plant{before: delaying(tailEvery, tailDelay)}, nil
	case "start":
		return plant{delay: startDelay}, nil
	}
	return plant{}, fmt.Errorf("read PLANT: unknown regression %q; use cpu, tail, start, or leave it empty", name)
}

// burnt is the CPU time to burn on each request.
func burnt(cpu, part string) (time.Duration, error) {
	each, err := time.ParseDuration(cpu)
	if err != nil || each <= 0 {
		return 0, fmt.Errorf("read PLANT_CPU: %q is not a CPU time per request; use one such as 9us", cpu)
	}
	if part == "" {
		return each, nil
	}
	of, err := strconv.ParseFloat(part, 64)
	if err != nil || !(of > 0 && of <= 1) {
		return 0, fmt.Errorf("read PLANT_PART: %q is not a part of PLANT_CPU; use a number such as 0.5, up to 1", part)
	}
	return time.Duration(of * float64(each)), nil
}

// run is app.Run with the regression planted.
func (p plant) run(config app.Config, port string) error {
	time.Sleep(p.delay)
	config.Before = p.before
	return app.Run(config, port)
}

// delaying delays one request in a number of them. It counts instead of rolling dice, so that the share is the same in
// each run.
func delaying(every uint64, later time.Duration) fiber.Handler {
	var requests atomic.Uint64
	return func(c *fiber.Ctx) error {
		if requests.Add(1)%every == 0 {
			time.Sleep(later)
		}
		return c.Next()
	}
}

// burning spends an amount of CPU time on each request. It computes something, because sleeping costs no CPU time.
func burning(each time.Duration) fiber.Handler {
	turns := int(float64(each) / perTurn())
	return func(c *fiber.Ctx) error {
		var result uint64
		spin(turns, &result)
		return c.Next()
	}
}

// perTurn measures how many nanoseconds one turn of spin takes on this machine. It returns the minimum of several
// tries, because other activity can only add to it. This takes less than a millisecond, so it does not visibly delay
// the start.
func perTurn() float64 {
	const turns, tries = 10_000, 25
	fastest := time.Duration(1<<63 - 1)
	for range tries {
		var result uint64
		began := time.Now()
		spin(turns, &result)
		fastest = min(fastest, time.Since(began))
	}
	return float64(fastest) / turns
}

// spin computes for a number of turns. It stores the result where the compiler cannot tell that it is unused, which
// would let it drop the work. Each turn depends on the one before, so that the processor cannot run several in
// parallel.
//
//go:noinline
func spin(turns int, result *uint64) {
	x := uint64(turns) | 1
	for range turns {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	*result = x
}
