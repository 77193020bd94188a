// Command fiber-notfoundfile serves an embedded build with Fiber's filesystem middleware and its NotFoundFile.
package main

import (
	"embed"
	"log"
	"net/http"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/filesystem"
)

//go:embed all:dist
var build embed.FS

func main() {
	app := fiber.New()
	app.Get("/api/health", func(c *fiber.Ctx) error { return c.JSON(fiber.Map{"status": "ok"}) })
	app.Use("/", filesystem.New(filesystem.Config{
		Root:         http.FS(build),
		PathPrefix:   "dist",
		NotFoundFile: "dist/index.html",
	}))
	log.Fatal(app.Listen(":8080"))
}
