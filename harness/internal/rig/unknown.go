package rig

import (
	"errors"
	"fmt"
	"mime"
	"net/http"

	"spabench/harness/internal/rawhttp"
)

// ErrUnfit: a response of a server whose build is not known is not of the kind that was asked for.
var ErrUnfit = errors.New("the response is of another kind")

// AnyPage returns an error that says why a response is no page at all, of whatever build.
func AnyPage(res rawhttp.Response) error {
	if kind := mediaType(res); res.Status != http.StatusOK || kind != "text/html" {
		return fmt.Errorf("%w: status %d, type %q; want 200 and text/html", ErrUnfit, res.Status, kind)
	}
	return nil
}

// AnyAsset returns an error that says why a response is no asset: something else than a page.
func AnyAsset(res rawhttp.Response) error {
	if kind := mediaType(res); res.Status != http.StatusOK || kind == "text/html" {
		return fmt.Errorf("%w: status %d, type %q; want 200, and no page", ErrUnfit, res.Status, kind)
	}
	return nil
}

// AnyAbsence returns an error that says why a response is not one to a request for what does not exist.
func AnyAbsence(res rawhttp.Response) error {
	if res.Status != http.StatusNotFound {
		return fmt.Errorf("%w: status %d; want 404", ErrUnfit, res.Status)
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
