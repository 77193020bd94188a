package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"log"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/compress"
	"github.com/gofiber/fiber/v2/middleware/helmet"
)

// What remedies use.
var (
	_ = []any{bytes.ToLower, context.Background, sha256.Sum256, fmt.Sprint, signal.NotifyContext, strings.ToLower}
	_ = []any{syscall.SIGTERM, time.Second, compress.New, helmet.New, asGet}
)

func health(c *fiber.Ctx) error { return c.JSON(fiber.Map{"status": "ok"}) }

func slow(c *fiber.Ctx) error {
	time.Sleep(time.Duration(c.QueryInt("ms")) * time.Millisecond)
	return c.SendString("done")
}

func missing(c *fiber.Ctx) error { return c.Status(404).JSON(fiber.Map{"error": "not found"}) }

func page(c *fiber.Ctx) error {
	c.Request().Header.Del("If-Modified-Since")
	c.Set("Cache-Control", "no-cache")
	return c.SendFile("./dist/index.html")
}

// asGet answers HEAD as GET.
func asGet(c *fiber.Ctx) error {
	head := c.Method() == "HEAD"
	if head {
		c.Request().Header.SetMethod("GET")
	}
	err := c.Next()
	if head {
		c.Request().Header.SetMethod("HEAD")
		c.Response().Body()
		c.Response().SkipBody = true
	}
	return err
}

func main() {
	app := fiber.New()
	// first
	api := app.Group("/api")
	api.Get("/health", health)
	api.Get("/slow", slow)
	api.All("*", missing)
	app.Static("/", "./dist")
	// last
	app.Get("*", page)
	log.Fatal(app.Listen(":8080"))
}
