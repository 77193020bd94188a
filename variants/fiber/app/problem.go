package app

import (
	"cmp"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// problem is a problem document (RFC 9457). Only Status is required; the other
// members have defaults.
type problem struct {
	Type     string          `json:"type"`
	Title    string          `json:"title"`
	Status   int             `json:"status"`
	Detail   string          `json:"detail"`
	Instance string          `json:"instance"`
	Errors   []invalidMember `json:"errors,omitempty"`
}

// invalidMember says what is wrong with one member of the request's content.
type invalidMember struct {
	Pointer string `json:"pointer"` // JSON Pointer, RFC 6901
	Detail  string `json:"detail"`
}

func (p problem) send(c *fiber.Ctx) error {
	p.Type = "about:blank"
	p.Title = fasthttp.StatusMessage(p.Status)
	p.Detail = cmp.Or(p.Detail, p.Title)
	p.Instance = "/"
	if t, err := parseTarget(c.OriginalURL()); err == nil {
		p.Instance = t.raw
	}
	return c.Status(p.Status).JSON(p, "application/problem+json")
}

func badRequest(detail string) error {
	return fiber.NewError(fiber.StatusBadRequest, detail)
}
