package app

import (
	"fmt"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"
)

// Allow lets pages of one other origin use the API from browsers: the CORS
// protocol of the Fetch Standard (https://fetch.spec.whatwg.org/#http-cors-protocol),
// without credentials. The zero value lets none, and adds nothing to answers.
//
// Fiber's own middleware does not see what fasthttp refuses before any handler
// runs (413, 431): the page would get a network error instead.
type Allow struct {
	Origin string // scheme://host, and the port unless it is the scheme's own
	MaxAge string // seconds for which browsers may remember a preflight; "" does not say, and they take five
}

func (a Allow) check() error {
	if a.Origin == "" {
		return nil
	}
	if u, err := url.Parse(a.Origin); err != nil || u.Host == "" || u.Scheme+"://"+u.Host != a.Origin {
		return fmt.Errorf("read the allowed origin: %q is not scheme://host:port alone", a.Origin)
	}
	if _, err := strconv.ParseUint(a.MaxAge, 10, 31); err != nil && a.MaxAge != "" {
		return fmt.Errorf("read how long a preflight lasts: %q is not a number of seconds", a.MaxAge)
	}
	return nil
}

// share lets a page of the allowed origin read the answer, an error's too.
// What is said depends on who asks, so caches must know.
func (a Allow) share(c *fiber.Ctx) {
	if a.Origin == "" {
		return
	}
	c.Vary(fiber.HeaderOrigin)
	if c.Get(fiber.HeaderOrigin) == a.Origin {
		c.Set(fiber.HeaderAccessControlAllowOrigin, a.Origin)
	}
}

// preflight reports whether a browser asks, for a page of the allowed origin,
// if a request may be sent, and adds what that is answered with: the methods of
// the API, and the one field that a page has to ask for, since JSON is not what
// a form could send. Any other OPTIONS is a request as before.
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
