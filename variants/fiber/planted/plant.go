package main

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"spabench/variants/fiber/app"
)

const (
	startLater  = 50 * time.Millisecond
	answerLater = 2 * time.Millisecond
	everyLater  = 50 // one request in so many is answered later: 2%
)

// plant is what is worse about this server. The zero value is nothing: the planted size is only in the image.
type plant struct {
	delay  time.Duration // before it listens
	before fiber.Handler // on every request; nil for none
}

// readPlant reads what the environment asks for.
func readPlant(name, cpu string) (plant, error) {
	switch name {
	case "":
		return plant{}, nil
	case "cpu":
		each, err := time.ParseDuration(cpu)
		if err != nil || each <= 0 {
			return plant{}, fmt.Errorf("read PLANT_CPU: %q is no CPU time to burn on each request; give one such as 9us", cpu)
		}
		return plant{before: burning(each)}, nil
	case "tail":
		return plant{before: delaying(everyLater, answerLater)}, nil
	case "start":
		return plant{delay: startLater}, nil
	}
	return plant{}, fmt.Errorf("read PLANT: %q is not planted here; give cpu, tail, start or nothing", name)
}

// run serves as app.Run does, with the regression planted.
func (p plant) run(config app.Config, port string) error {
	time.Sleep(p.delay)
	config.Before = p.before
	return app.Run(config, port)
}

// delaying answers one request in everyLater later, by count, not by chance, so that the share is the same in each run.
func delaying(every uint64, later time.Duration) fiber.Handler {
	var requests atomic.Uint64
	return func(c *fiber.Ctx) error {
		if requests.Add(1)%every == 0 {
			time.Sleep(later)
		}
		return c.Next()
	}
}

// burning spends this much CPU time on each request by working, since a sleep would cost none.
func burning(each time.Duration) fiber.Handler {
	turns := int(float64(each) / perTurn())
	return func(c *fiber.Ctx) error {
		var result uint64
		spin(turns, &result)
		return c.Next()
	}
}

// perTurn is how many nanoseconds one turn of spin takes on this machine: the minimum of several tries, since anything
// else that runs can only add. Finding out takes less than a millisecond, so the start is not visibly later.
func perTurn() float64 {
	const turns, tries = 10_000, 25
	least := time.Duration(1<<63 - 1)
	for range tries {
		var result uint64
		began := time.Now()
		spin(turns, &result)
		least = min(least, time.Since(began))
	}
	return float64(least) / turns
}

// spin works for this many turns. Its result is stored where the compiler cannot see that nobody needs it, or it would
// drop the work; each turn depends on the one before, so that the processor cannot run several at once.
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
