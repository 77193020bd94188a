// Package app is the application that every Go variant serves: a built
// single-page app and its JSON API, with Fiber. The servers differ only in
// where their [Files] come from, and each has a small main function for that.
package app

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

const (
	readTimeout  = 30 * time.Second // one whole request
	writeTimeout = 2 * time.Minute  // one whole response; the longest event stream takes 20 s
	idleTimeout  = 75 * time.Second // between requests, nginx's default
	headerLimit  = 16 << 10         // bytes; a longer header section gets 431
	bodyLimit    = 1 << 20          // bytes; longer content gets 413
)

// Config is the configuration of one server.
type Config struct {
	Files    Files   // the build; nil for a server that has only the API
	Database *sql.DB // see package database; nil for a server without the API

	Allow Allow // who may use the API from another origin

	// Before, if not nil, handles every request first, and calls Next.
	Before fiber.Handler
}

// New returns the server, which is not listening yet. Shutting it down closes
// the database.
func New(config Config) (*fiber.App, error) {
	if err := config.Allow.check(); err != nil {
		return nil, err
	}
	if config.Files == nil && config.Database == nil {
		return nil, errors.New("serve: neither a build nor a database is given")
	}
	site := &site{files: config.Files, allow: config.Allow, api: config.Database != nil}
	server := fiber.New(fiber.Config{
		DisableStartupMessage:        true,
		DisablePreParseMultipartForm: true,
		StrictRouting:                true,
		CaseSensitive:                true,
		RequestMethods:               append(slices.Clone(fiber.DefaultMethods), unknownMethod),
		ReadTimeout:                  readTimeout,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		ReadBufferSize:               headerLimit,
		BodyLimit:                    bodyLimit,
		ErrorHandler:                 site.fail,
	})
	if config.Before != nil {
		server.Use(config.Before)
	}
	server.Use(site.handle)
	if site.api {
		library, err := openLibrary(config.Database)
		if err != nil {
			return nil, err
		}
		route(server, library)
		server.Hooks().OnShutdown(library.close)
	}

	mend(server.Server())
	return server, nil
}

// handle is the first handler of every request. It parses the request target
// once, so that the API's router and the files cannot disagree about it.
func (s *site) handle(c *fiber.Ctx) error {
	harden(c)
	request := &c.Context().Request.Header
	n := countFields(request.RawHeaders())
	if n.hosts > 1 || n.hosts == 0 && request.IsHTTP11() {
		c.Context().SetConnectionClose()
		return fiber.NewError(fiber.StatusBadRequest, "not one Host field") // RFC 9112 §3.2
	}
	// What is chunked is the last request on its connection already: chunkedTargets.received.
	if n.lengths > 1 || n.codings > 0 && !request.ConnectionClose() {
		c.Context().SetConnectionClose()
		return fiber.NewError(fiber.StatusBadRequest, "not one length of the content") // RFC 9112 §6.3
	}
	t, err := parseTarget(c.OriginalURL())
	if err != nil {
		return fiber.NewError(fiber.StatusBadRequest, err.Error())
	}
	if !s.ownedByAPI(t) {
		return s.serve(c, t)
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	s.allow.share(c)
	if s.allow.preflight(c) {
		return c.SendStatus(fiber.StatusNoContent)
	}
	if t.hidesSlash {
		return fiber.ErrNotFound
	}
	c.Path(t.path)
	return c.Next()
}

func (s *site) ownedByAPI(t target) bool {
	return s.files == nil || s.api && t.under("/api")
}

// fail answers every error, including those of requests that fasthttp could not
// read: with a problem document for the API, and plain text elsewhere.
func (s *site) fail(c *fiber.Ctx, err error) error {
	harden(c)
	c.Set(fiber.HeaderCacheControl, "no-store")
	status, detail := fiber.StatusInternalServerError, ""
	if known, ok := errors.AsType[*fiber.Error](err); ok {
		status, detail = known.Code, known.Message
	} else {
		logf("%s %s: %v", c.Method(), c.OriginalURL(), err)
	}
	t, invalid := parseTarget(c.OriginalURL())
	if invalid == nil && s.ownedByAPI(t) || s.files == nil {
		s.allow.share(c)
		return problem{Status: status, Detail: detail}.send(c)
	}
	c.Type("txt", "utf-8")
	return c.Status(status).SendString(fmt.Sprintln(fasthttp.StatusMessage(status)))
}

func harden(c *fiber.Ctx) {
	h := &c.Context().Response.Header
	h.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	h.Set(fiber.HeaderReferrerPolicy, "strict-origin-when-cross-origin")
	h.Set(fiber.HeaderXFrameOptions, "DENY")
}
