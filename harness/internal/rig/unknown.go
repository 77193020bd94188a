package rig

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"spabench/harness/internal/rawhttp"
)

// ErrUnfit: a response of a server whose build is not known is not of the kind that was asked for.
var ErrUnfit = errors.New("the response is of another kind")

// UnfitError is an [ErrUnfit], and says what came instead.
type UnfitError struct {
	Status           int
	Type, Want, Hint string // the hint, in parentheses, is what the response tells of the server; "" if nothing
}

func (e *UnfitError) Error() string {
	return fmt.Sprintf("%v: status %d, type %q; want %s%s", ErrUnfit, e.Status, e.Type, e.Want, e.Hint)
}

// Unwrap returns [ErrUnfit].
func (e *UnfitError) Unwrap() error { return ErrUnfit }

func unfit(res rawhttp.Response, want string) error {
	return &UnfitError{Status: res.Status, Type: mediaType(res), Want: want, Hint: hint(res)}
}

// hint is why a server gives no response of its app, as far as the response tells.
func hint(res rawhttp.Response) string {
	location := res.Header.Get("Location")
	switch {
	case res.Status/100 == 3 && strings.HasPrefix(strings.ToLower(location), "https:"):
		return " (it redirects to https, which it must not when it is reached over http)"
	case res.Status/100 == 3 && location != "":
		return " (it redirects to " + location + ")"
	case res.Status == http.StatusUnauthorized:
		return " (it asks for credentials, and none are sent)"
	case res.Status == http.StatusForbidden:
		return " (it refuses the request, for want of credentials or for its Host name)"
	case res.Status == http.StatusBadRequest, res.Status == http.StatusMisdirectedRequest:
		return " (it refuses the request, perhaps for its Host name)"
	}
	return ""
}

// AnyPage returns an error that says why a response is no page at all, of whatever build.
func AnyPage(res rawhttp.Response) error {
	if kind := mediaType(res); res.Status != http.StatusOK || kind != "text/html" {
		return unfit(res, "200 and text/html")
	}
	return nil
}

// AnyAsset returns an error that says why a response is no asset: something else than a page.
func AnyAsset(res rawhttp.Response) error {
	if kind := mediaType(res); res.Status != http.StatusOK || kind == "text/html" {
		return unfit(res, "200, and no page")
	}
	return nil
}

// AnyAbsence returns an error that says why a response is not one to a request for what does not exist.
func AnyAbsence(res rawhttp.Response) error {
	if res.Status != http.StatusNotFound {
		return unfit(res, "404")
	}
	return nil
}

// noServerError returns an error if a response is a server error: then its server is not ready yet.
func noServerError(res rawhttp.Response) error {
	if res.Status >= http.StatusInternalServerError {
		return fmt.Errorf("status %d", res.Status)
	}
	return nil
}

func mediaType(res rawhttp.Response) string {
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	return kind
}
