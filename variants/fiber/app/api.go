package app

import (
	"bufio"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/recover"
)

const eventInterval = 200 * time.Millisecond // between two server-sent events

// route declares the API of variants/openapi.yaml. Fiber answers HEAD as GET,
// and 405 with Allow for the methods that a path does not have.
func route(server *fiber.App, library *library) {
	api := server.Group("/api", recover.New())
	api.Get("/health", library.health)
	api.Get("/books", library.listBooks)
	api.Post("/books", library.addBook)
	api.Get("/books/:id", library.showBook)
	api.Get("/slow", slow)
	api.Get("/fail", fail)
	api.Get("/sse", events)
}

func slow(c *fiber.Ctx) error {
	ms, err := integer(c, "ms", required, 0, 10_000)
	if err != nil {
		return err
	}
	time.Sleep(time.Duration(ms) * time.Millisecond)
	return c.JSON(fiber.Map{"ms": ms})
}

func fail(c *fiber.Ctx) error {
	status, err := integer(c, "status", required, 400, 599)
	if err != nil {
		return err
	}
	return problem{Status: int(status), Detail: "failed as asked"}.send(c)
}

func events(c *fiber.Ctx) error {
	count, err := integer(c, "events", 3, 1, 100)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/event-stream")
	if c.Method() == fiber.MethodHead {
		return nil
	}
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		for n := int64(1); n <= count; n++ {
			if n > 1 {
				time.Sleep(eventInterval)
			}
			fmt.Fprintf(w, "event: tick\ndata: {\"n\":%d}\n\n", n)
			if w.Flush() != nil {
				return // the client has gone
			}
		}
	})
	return nil
}

// required, given as the default of a query parameter, means that it has none.
const required = math.MinInt64

// integer parses a query parameter; its error is a 400.
func integer(c *fiber.Ctx, name string, otherwise, lowest, highest int64) (int64, error) {
	if !c.Context().QueryArgs().Has(name) && otherwise != required {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(c.Query(name), 10, 64)
	if err != nil || n < lowest || n > highest {
		if highest == math.MaxInt64 {
			return 0, badRequest(fmt.Sprintf("%s is not an integer of at least %d", name, lowest))
		}
		return 0, badRequest(fmt.Sprintf("%s is not an integer from %d to %d", name, lowest, highest))
	}
	return n, nil
}
