// Command fiber-static-sendfile serves a folder with Fiber's Static, and index.html for everything else.
package main

import (
	"log"

	"github.com/gofiber/fiber/v2"
)

func main() {
	app := fiber.New()
	app.Get("/api/health", func(c *fiber.Ctx) error { return c.JSON(fiber.Map{"status": "ok"}) })
	app.Static("/", "/srv/dist")
	app.Get("*", func(c *fiber.Ctx) error { return c.SendFile("/srv/dist/index.html") })
	log.Fatal(app.Listen(":8080"))
}
