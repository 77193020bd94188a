package spatest

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// otherTag is a tag that no server has made.
const otherTag = `"spatest-no-such-tag"`

const (
	longAgo   = "Sat, 01 Jan 2000 00:00:00 GMT"
	farFuture = "Fri, 01 Jan 2100 00:00:00 GMT"
)

func checkNotModifiedHeader(ctx context.Context, p *Pass) error {
	decided := 0
	for _, f := range p.revisited() {
		for _, coding := range []string{"", "gzip"} {
			header := Subresource(f.Dest)
			if coding != "" {
				header = append(header, Field{"Accept-Encoding", coding})
			}
			ok, err := p.compareNotModified(ctx, f.Target, header)
			if err != nil {
				return err
			}
			if ok {
				decided++
			}
		}
	}
	if decided == 0 {
		return skipf("neither the page nor a file gets a 304")
	}
	return nil
}

// compareNotModified reports what a 304 lacks. What differs between two 200s too
// is of the moment, and not compared.
func (p *Pass) compareNotModified(ctx context.Context, target string, header []Field) (decided bool, err error) {
	get, err := p.Get(ctx, target, header)
	if err != nil {
		return false, err
	}
	condition := conditionOf(get.Response.Header)
	if get.Response.Status != http.StatusOK || condition.Value == "" {
		return false, nil
	}
	x, err := p.Get(ctx, target, slices.Concat(header, []Field{condition}))
	if err != nil || x.Response.Status != http.StatusNotModified {
		return false, err
	}
	differences := notModifiedDifferences(get.Response, x.Response)
	if len(differences) == 0 {
		return true, nil
	}
	again, err := p.Get(ctx, target, header)
	if err != nil {
		return false, err
	}
	for _, d := range differences {
		if d.want == d.of(again.Response) {
			p.Reportf(x, d.name+": "+d.want+", as the 200 says", d.name+": "+d.got, "a 304 and its 200 differ")
		}
	}
	return true, nil
}

func notModifiedDifferences(ok, notModified *Response) []difference {
	list := func(name string) func(*Response) string {
		return func(r *Response) string {
			items := listItems(strings.ToLower(strings.Join(r.Header.Values(name), ",")))
			slices.Sort(items)
			return strings.Join(slices.Compact(items), ", ")
		}
	}
	properties := []difference{
		{name: "ETag", of: func(r *Response) string { return strings.TrimPrefix(r.Header.Get("ETag"), "W/") }},
		{name: "Cache-Control", of: list("Cache-Control")},
		{name: "Vary", of: list("Vary")},
		{name: "Content-Location", of: func(r *Response) string { return r.Header.Get("Content-Location") }},
	}
	for _, name := range []string{"Expires", "Date"} { // their values move with the clock
		properties = append(properties, difference{name: name, of: func(r *Response) string {
			if r.Header.Get(name) == "" {
				return ""
			}
			return "a date"
		}})
	}
	var differ []difference
	for _, d := range properties {
		if d.want, d.got = d.of(ok), d.of(notModified); d.want != "" && d.want != d.got {
			differ = append(differ, d)
		}
	}
	return differ
}

func checkNoneMatchForms(ctx context.Context, p *Pass) error {
	decided := 0
	for _, f := range p.revisited() {
		header := Subresource(f.Dest)
		x, err := p.Get(ctx, f.Target, header)
		if err != nil {
			return err
		}
		tag := x.Response.Header.Get("ETag")
		if x.Response.Status != http.StatusOK || !isEntityTag(tag) || p.differsEachTime(f) {
			continue
		}
		decided++
		strong, weak := strings.CutPrefix(tag, "W/")
		other := "W/" + tag
		if weak {
			other = strong
		}
		around := `"spatest,` + strong[1:] // a tag that has the other's text in it
		for _, form := range []struct{ name, value, expected string }{
			{"a list that has the tag", otherTag + ", " + tag, "304 Not Modified"},
			{"the tag, weak or strong", other, "304 Not Modified"},
			{`"*"`, "*", "304 Not Modified"},
			{"a list that lacks the tag", otherTag + ", " + around, "200 OK"},
		} {
			x, err := p.Get(ctx, f.Target, slices.Concat(header, []Field{{"If-None-Match", form.value}}))
			if err != nil {
				return err
			}
			if !strings.HasPrefix(form.expected, strconv.Itoa(x.Response.Status)) {
				p.Reportf(x, form.expected, "", "If-None-Match with %s is not understood", form.name)
			}
		}
	}
	if decided == 0 {
		return skipf("neither the page nor a file has an ETag")
	}
	return nil
}

func checkPrecedence(ctx context.Context, p *Pass) error {
	for _, f := range p.revisited() {
		header := Subresource(f.Dest)
		x, err := p.Get(ctx, f.Target, header)
		if err != nil {
			return err
		}
		if x.Response.Status != http.StatusOK {
			continue // other checks say so
		}
		dates := []string{farFuture}
		if modified := x.Response.Header.Get("Last-Modified"); isDate(modified) {
			dates = append(dates, modified)
		}
		both := func(tag, date string) (*Exchange, error) {
			return p.Get(ctx, f.Target,
				slices.Concat(header, []Field{{"If-None-Match", tag}, {"If-Modified-Since", date}}))
		}
		for _, date := range dates {
			got, err := both(otherTag, date)
			if err != nil {
				return err
			}
			if got.Response.Status != http.StatusOK {
				p.Reportf(
					got,
					"200 OK: the tag does not match, and the date must be ignored",
					"",
					"If-Modified-Since is heard beside If-None-Match",
				)
			}
		}
		// The other way round the client gets what it has once more: a loss of
		// bytes, and what nginx does.
		if tag := x.Response.Header.Get("ETag"); isEntityTag(tag) {
			got, err := both(tag, longAgo)
			if err != nil {
				return err
			}
			if got.Response.Status == http.StatusOK {
				p.Notef("%s is sent again for a tag that matches, if the date does not", f.Target)
			}
		}
	}
	return nil
}

func checkMalformed(ctx context.Context, p *Pass) error {
	for _, f := range p.revisited() {
		header := Subresource(f.Dest)
		x, err := p.Get(ctx, f.Target, header)
		if err != nil {
			return err
		}
		if x.Response.Status != http.StatusOK {
			continue // other checks say so
		}
		for _, test := range []struct {
			field    Field
			expected string
			refusals []int // legal beside 200
		}{
			{Field{"If-Modified-Since", "garbage"}, "200 OK", nil},
			{Field{"If-Modified-Since", "0"}, "200 OK", nil},
			{Field{"If-None-Match", "x"}, "200 OK (or 400)", []int{http.StatusBadRequest}},
			{Field{"If-None-Match", `"spatest`}, "200 OK (or 400)", []int{http.StatusBadRequest}},
			{Field{"Range", "bytes=abc"}, "200 OK (or 400, 416)", rangeRefusals},
			{Field{"Range", "bytes=9-0"}, "200 OK (or 400, 416)", rangeRefusals},
			{Field{"Range", "bytes=99999999999999999999-"}, "200 OK (or 400, 416)", rangeRefusals},
		} {
			got, err := p.Get(ctx, f.Target, slices.Concat(header, []Field{test.field}))
			if err != nil {
				return err
			}
			if status := got.Response.Status; status != http.StatusOK && !slices.Contains(test.refusals, status) {
				p.Reportf(got, test.expected, "", "%s: %s is not ignored", test.field.Name, test.field.Value)
			}
		}
	}
	return nil
}

var rangeRefusals = []int{http.StatusBadRequest, http.StatusRequestedRangeNotSatisfiable}
