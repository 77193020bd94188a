package contract

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"spabench/variants"
)

// A document is the OpenAPI description, ready to validate answers.
type document struct {
	doc    *openapi3.T
	router routers.Router
}

func load() (*document, error) {
	doc, err := openapi3.NewLoader().LoadFromData(variants.OpenAPI)
	if err != nil {
		return nil, fmt.Errorf("load openapi.yaml: %w", err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		return nil, fmt.Errorf("validate openapi.yaml: %w", err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		return nil, fmt.Errorf("route openapi.yaml: %w", err)
	}
	return &document{doc, router}, nil
}

// validate checks status, fields and content of an answer against the operation that was called. Of an unknown path
// or a method that it does not list, the document says once for all what the answer is.
func (d *document) validate(ctx context.Context, a answer) error {
	route, parameters, err := d.router.FindRoute(a.request)
	switch {
	case errors.Is(err, routers.ErrPathNotFound):
		route = d.anywhere("NotFound", http.StatusNotFound)
	case errors.Is(err, routers.ErrMethodNotAllowed):
		route = d.anywhere("MethodNotAllowed", http.StatusMethodNotAllowed)
	case err != nil:
		return fmt.Errorf("find operation: %w", err)
	}
	options := &openapi3filter.Options{
		IncludeResponseStatus: true, // a status that is not described is wrong
		MultiError:            true,
		ExcludeResponseBody:   a.events != nil, // read by readEvents instead
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: a.request, Route: route, PathParams: parameters, Options: options,
		},
		Status:  a.status,
		Header:  a.fields,
		Options: options,
	}
	if err := openapi3filter.ValidateResponse(ctx, input.SetBodyBytes(a.body)); err != nil {
		return fmt.Errorf("answer breaks openapi.yaml: %w", err)
	}
	return nil
}

// anywhere is an operation whose only answer is the named response.
func (d *document) anywhere(name string, status int) *routers.Route {
	only := openapi3.NewResponses(openapi3.WithStatus(status, d.doc.Components.Responses[name]))
	return &routers.Route{Spec: d.doc, Operation: &openapi3.Operation{Responses: only}}
}

// A problem is the content of an error (RFC 9457).
type problem struct {
	Status   int
	Instance string
	Errors   []struct{ Pointer, Detail string }
}

// checkProblem asserts that the problem is about this answer.
func checkProblem(a answer) error {
	if media, _, err := mime.ParseMediaType(a.fields.Get("Content-Type")); err != nil ||
		media != "application/problem+json" {
		return fmt.Errorf("an error has Content-Type %q, expected application/problem+json",
			a.fields.Get("Content-Type"))
	}
	p, err := decode[problem](a)
	if err != nil {
		return err
	}
	if p.Status != a.status {
		return fmt.Errorf("problem says status %d, the response %d", p.Status, a.status)
	}
	if path := a.request.URL.EscapedPath(); p.Instance != path {
		return fmt.Errorf("problem has instance %q, expected %q", p.Instance, path)
	}
	return nil
}

// decode reads the content of an answer as JSON.
func decode[T any](a answer) (T, error) {
	var v T
	if err := json.Unmarshal(a.body, &v); err != nil {
		return v, fmt.Errorf("decode %.80q: %w", a.body, err)
	}
	return v, nil
}
