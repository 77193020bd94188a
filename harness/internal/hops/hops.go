// Package hops asks every layer in front of an application the same, and says which layer added, dropped or changed
// what: a status, a header field, a redirect, the body.
package hops

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"spabench/harness/spatest"
)

// Hop is one layer, asked directly.
type Hop struct {
	Name string `json:"name"`
	URL  string `json:"url"` // origin
}

// Comparison is what a chain of hops answered, the outermost first.
type Comparison struct {
	Hops     []Hop      `json:"hops"`
	Requests []Compared `json:"requests"`
	Framings []Framing  `json:"framings,omitempty"` // requests whose end layers read differently
}

// Compared is one request at every hop.
type Compared struct {
	Title   string          `json:"title"` // what is asked, for people
	Request spatest.Request `json:"request"`
	Answers []Answer        `json:"answers"` // in the order of the hops
	By      string          `json:"by"`      // the hop whose answer the outermost one passes on; itself, if none
	Layers  []Layer         `json:"layers"`  // from the outermost hop to the one before By
}

// Answer is what one hop answered.
type Answer struct {
	Hop    string      `json:"hop"`
	Error  string      `json:"error,omitempty"` // why there is no response
	Status int         `json:"status,omitempty"`
	Header http.Header `json:"header,omitempty"`
	Size   int64       `json:"size"`           // of the body as sent, bytes
	Body   string      `json:"body,omitempty"` // hash of the body, its content coding undone

	// Volatile are the parts that differ when the same hop is asked again: names of header fields, and "body".
	Volatile []string `json:"volatile,omitempty"`

	origin string
}

// Compare sends the requests to every hop. The targets differ in their URL only. The error is that of a target that
// cannot be asked; a hop that does not answer is in the comparison.
func Compare(ctx context.Context, hops []Hop, requests []Request, target func(Hop) spatest.Target) (Comparison, error) {
	c := Comparison{Hops: hops, Requests: make([]Compared, len(requests))}
	for i, r := range requests {
		c.Requests[i] = Compared{Title: r.Title, Request: r.Request,
			Answers: make([]Answer, len(hops)), Layers: []Layer{}}
	}
	var wg sync.WaitGroup
	for at, hop := range hops {
		asker, err := spatest.NewAsker(target(hop))
		if err != nil {
			return c, fmt.Errorf("send requests to hop %s: %w", hop.Name, err)
		}
		wg.Go(func() {
			for i, r := range requests {
				c.Requests[i].Answers[at] = ask(ctx, asker, hop, r)
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return c, err
	}
	for i := range c.Requests {
		c.Requests[i].By, c.Requests[i].Layers = layers(c.Requests[i].Answers)
	}
	return c, nil
}

// ask asks a hop twice, to tell what changes by itself.
func ask(ctx context.Context, asker spatest.Asker, hop Hop, r Request) Answer {
	request := r.Request
	if r.Tagged { // with the entity tag that this very hop gave
		first := once(ctx, asker, hop, request)
		if first.Error != "" {
			return first
		}
		tag := first.Header.Get("ETag")
		if tag == "" {
			tag = `"none"`
		}
		request.Header = slices.Concat(request.Header, []spatest.Field{{Name: "If-None-Match", Value: tag}})
	}
	a, again := once(ctx, asker, hop, request), once(ctx, asker, hop, request)
	if a.Error != "" || again.Error != "" {
		return a
	}
	for _, name := range fieldsOf(a, again) {
		if value(a, name) != value(again, name) {
			a.Volatile = append(a.Volatile, name)
		}
	}
	if a.Body != again.Body {
		a.Volatile = append(a.Volatile, "body")
	}
	return a
}

func once(ctx context.Context, asker spatest.Asker, hop Hop, request spatest.Request) Answer {
	a := Answer{Hop: hop.Name}
	x, err := asker.Ask(ctx, request)
	if err != nil {
		a.Error = err.Error()
		return a
	}
	a.origin = x.Origin
	a.Status, a.Header, a.Size = x.Response.Status, x.Response.Header, x.Response.Size
	body, err := asker.Content(x)
	if err != nil {
		body = x.Response.Body
	}
	if len(body) > 0 {
		sum := sha256.Sum256(body)
		a.Body = hex.EncodeToString(sum[:8])
	}
	return a
}

// Silent names the hops that answered nothing at all.
func (c Comparison) Silent() []string {
	var silent []string
	for at, hop := range c.Hops {
		answered := len(c.Requests) == 0
		for _, r := range c.Requests {
			answered = answered || r.Answers[at].Error == ""
		}
		if !answered {
			silent = append(silent, fmt.Sprintf("%s (%s): %s", hop.Name, hop.URL, c.Requests[0].Answers[at].Error))
		}
	}
	return silent
}
