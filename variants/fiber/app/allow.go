package app

import (
	"fmt"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"
)

// Allow lets pages of one other origin use the API from browsers: the CORS
// protocol of the Fetch Standard (https://fetch.spec.whatwg.org/#http-cors-protocol),
// without credentials. The zero value allows no origin and adds nothing to
// answers.
//
// Fiber's own middleware does not see requests that fasthttp rejects before any
// handler runs (413, 431): the page would get a network error instead.
type Allow struct {
	Origin string // scheme://host, and the port unless it is the scheme's default
	MaxAge string // seconds for which browsers may cache a preflight; "" leaves it to them, which means five
}

func (a Allow) check() error {
	if a.Origin == "" {
		return nil
	}
	if u, err := url.Parse(a.Origin); err != nil || u.Host == "" || u.Scheme+"://"+u.Host != a.Origin {
		return fmt.Errorf("read the allowed origin: %q does not have the form scheme://host or scheme://host:port",
			a.Origin)
	}
	if _, err := strconv.ParseUint(a.MaxAge, 10, 31); err != nil && a.MaxAge != "" {
		return fmt.Errorf("read the maximum age of a preflight: %q is not a number of seconds", a.MaxAge)
	}
	return nil
}

// share lets a page of the allowed origin read the answer, even that to an
// error. Vary tells caches that the answer depends on the origin.
func (a Allow) share(c *fiber.Ctx) {
	if a.Origin == "" {
		return
	}
	c.Vary(fiber.HeaderOrigin)
	if c.Get(fiber.HeaderOrigin) == a.Origin {
		c.Set(fiber.HeaderAccessControlAllowOrigin, a.Origin)
	}
}

// preflight reports whether the request is a browser's preflight for a page of
// the allowed origin, and if so adds the fields of its answer: the methods of
// the API, and Content-Type, which needs permission because a form cannot send
// JSON. Any other OPTIONS request is handled as usual.
func (a Allow) preflight(c *fiber.Ctx) bool {
	if c.Method() != fiber.MethodOptions || c.Get(fiber.HeaderAccessControlRequestMethod) == "" ||
		a.Origin == "" || c.Get(fiber.HeaderOrigin) != a.Origin {
		return false
	}
	c.Set(fiber.HeaderAccessControlAllowMethods, "GET, HEAD, POST")
	c.Set(fiber.HeaderAccessControlAllowHeaders, fiber.HeaderContentType)
	if a.MaxAge != "" {
		c.Set(fiber.HeaderAccessControlMaxAge, a.MaxAge)
	}
	return true
}
