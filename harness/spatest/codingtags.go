package spatest

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
)

func checkTagsOfCodings(ctx context.Context, p *Pass) error {
	var several, tagged atomic.Int64
	err := p.each(ctx, p.pageAndParts(), func(ctx context.Context, f File) error {
		forms, tags := map[string]bool{}, map[string]string{} // tags: strong tag to the coding that has it
		for _, accept := range singleCodings {
			x, err := p.accepting(ctx, f, accept)
			if err != nil {
				return err
			}
			coding := strings.Join(codingsOf(x), ", ")
			if !isOK(x) || forms[coding] {
				continue
			}
			forms[coding] = true
			tag := x.Response.Header.Get("ETag")
			if !strings.HasPrefix(tag, `"`) {
				continue // weak, or none
			}
			tagged.Add(1)
			other, taken := tags[tag]
			if tags[tag] = coding; !taken {
				continue
			}
			p.Reportf(x, "an ETag of its own for each coding, or a weak one", "ETag: "+tag+" for both",
				"%s has the same strong ETag %s and %s", f.Target, inCoding(other), inCoding(coding))
		}
		if len(forms) > 1 {
			several.Add(1)
		}
		return nil
	})
	if err == nil && several.Load() == 0 {
		return errNotCoded
	}
	if tagged.Load() == 0 {
		p.Notef("there are no strong ETags")
	}
	return err
}

func checkCodedRevalidates(ctx context.Context, p *Pass) error {
	var coded, tagged atomic.Int64
	err := p.each(ctx, p.pageAndParts(), func(ctx context.Context, f File) error {
		x, err := p.accepting(ctx, f, browserCodings)
		if err != nil || !isOK(x) || !isCoded(x) {
			return err
		}
		coded.Add(1)
		tag := x.Response.Header.Get("ETag")
		if tag == "" || p.differsEachTime(f) {
			return nil
		}
		tagged.Add(1)
		again, err := p.accepting(ctx, f, browserCodings, Field{"If-None-Match", tag})
		if err != nil {
			return err
		}
		if again.Response.Status != http.StatusNotModified {
			p.Reportf(again, "304 Not Modified", "",
				"the server does not recognise the ETag of its own compressed response")
		}
		return nil
	})
	if err == nil && coded.Load() == 0 {
		return errNotCoded
	}
	if tagged.Load() == 0 {
		p.Notef("no compressed response has an ETag")
	}
	return err
}
