package app

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// site answers everything that is not the API: the files of the build, and
// its page wherever a browser navigates to.
type site struct {
	files Files
	allow Allow
	api   bool // there is one
}

// Values of Vary where the page is the fallback: the fields that decide
// between the page and a 404, and for the page also its coding.
const (
	fallbackVary = "Accept-Encoding, Sec-Fetch-Dest, Accept"
	missingVary  = "Sec-Fetch-Dest, Accept"
)

func (s *site) serve(c *fiber.Ctx, t target) error {
	if method := c.Method(); method != fiber.MethodGet && method != fiber.MethodHead {
		c.Set(fiber.HeaderAllow, "GET, HEAD")
		return fiber.ErrMethodNotAllowed
	}
	if t.hidden {
		return fiber.ErrNotFound
	}
	codings := acceptable(field(c, fiber.HeaderAcceptEncoding))
	if !t.hidesSlash {
		file, err := s.files.Find(t.fileName(), codings)
		switch {
		case err == nil:
			return send(c, file, file.Vary)
		case errors.Is(err, errDirectory):
			return redirect(c, t.raw+"/"+t.query)
		case !errors.Is(err, fs.ErrNotExist):
			return err
		}
	}
	if strings.HasPrefix(t.path, "/assets/") || t.under("/.well-known") {
		return fiber.ErrNotFound
	}
	if !navigation(c, t) {
		c.Set(fiber.HeaderVary, missingVary)
		return fiber.ErrNotFound
	}
	file, err := s.files.Find(indexPage, codings)
	if err != nil {
		return err
	}
	return send(c, file, fallbackVary)
}

// fileName is the name that the path has in a build: a directory stands for
// the index page in it.
func (t target) fileName() string {
	name := t.path[1:]
	if name == "" {
		return indexPage
	}
	if strings.HasSuffix(name, "/") {
		return name + indexPage
	}
	return name
}

// redirect sends the client to a path of the same origin: location starts with
// exactly one slash, and names a directory of the build.
func redirect(c *fiber.Ctx, location string) error {
	c.Set(fiber.HeaderLocation, location)
	c.Set(fiber.HeaderCacheControl, "no-cache")
	c.Status(fiber.StatusPermanentRedirect)
	return nil
}

// send answers with the file, after evaluating the request's preconditions
// (RFC 9110 §13.2.2), and closes it. fasthttp omits the body for HEAD.
func send(c *fiber.Ctx, file *File, vary string) error {
	response := &c.Context().Response
	h := &response.Header
	h.Set(fiber.HeaderETag, file.ETag)
	h.Set(fiber.HeaderCacheControl, file.CacheControl)
	if vary != "" {
		h.Set(fiber.HeaderVary, vary)
	}
	if required := field(c, fiber.HeaderIfMatch); required != "" && !matches(required, file.ETag, false) {
		return errors.Join(file.Close(), fiber.ErrPreconditionFailed)
	}
	if known := field(c, fiber.HeaderIfNoneMatch); known != "" && matches(known, file.ETag, true) {
		response.SetStatusCode(fiber.StatusNotModified)
		return file.Close()
	}
	h.SetContentType(file.Type)
	if file.Coding != identity {
		h.SetContentEncoding(codingToken[file.Coding])
	}
	h.SetContentLength(int(file.Size)) // fasthttp would omit it in the answer to HEAD for an empty file
	if file.Content != nil {
		response.SetBodyStream(file.Content, int(file.Size))
	} else {
		response.SetBodyRaw(file.Body)
	}
	return nil
}
