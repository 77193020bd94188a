package spatest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// lastDocument is the response that the tab's last document came with.
func lastDocument(loads []Load) (Load, bool) {
	for _, load := range slices.Backward(loads) {
		if load.Dest == "document" {
			return load, true
		}
	}
	return Load{}, false
}

// scripts are the responses to requests for scripts of this origin, without redirects.
func (v *visit) scripts(loads []Load) []Load {
	return slices.DeleteFunc(slices.Clone(loads), func(l Load) bool {
		return l.Dest != "script" || !v.own(l) || l.redirects()
	})
}

// own: the server is responsible for it.
func (v *visit) own(l Load) bool { return strings.HasPrefix(l.URL, v.app+"/") }

func (l Load) redirects() bool { return l.Status/100 == 3 }

// unusable says why a page cannot use what it asked for, or nothing. A redirect
// and a request that the page itself gave up are nothing.
func (l Load) unusable() string {
	switch {
	case l.redirects():
		return ""
	case l.Status == 0 && strings.Contains(l.Failed, "ERR_ABORTED"):
		return ""
	case l.Status == 0:
		return l.Failed
	case l.Status >= http.StatusBadRequest:
		return fmt.Sprintf("%d %s", l.Status, http.StatusText(l.Status))
	case l.Dest == "script" && !slices.Contains(scriptTypes, l.Type) && !slices.Contains(moduleTypes, l.Type):
		return fmt.Sprintf("%d, Content-Type: %s", l.Status, l.Type)
	case l.Dest == "style" && l.Type != "text/css":
		return fmt.Sprintf("%d, Content-Type: %s", l.Status, l.Type)
	case l.Failed != "" && !strings.Contains(l.Failed, "ERR_ABORTED"):
		return fmt.Sprintf("%d, %s", l.Status, l.Failed)
	}
	return ""
}

// moduleTypes are what a module may import besides scripts.
var moduleTypes = []string{"application/json", "text/json", "text/css", "application/wasm"}

// exchange is a load as evidence; a page is what referred to it.
func (v *visit) exchange(l Load, page string) *Exchange {
	u, err := url.Parse(l.URL)
	if err != nil || u.Host == "" {
		return nil
	}
	dest := l.Dest
	if dest == "fetch" || dest == "other" {
		dest = "empty"
	}
	x := &Exchange{
		Origin:  u.Scheme + "://" + u.Host,
		Request: Request{Method: http.MethodGet, Target: u.RequestURI(), Header: Subresource(dest)},
	}
	if page != "" {
		x.Request.Header = append(x.Request.Header, Field{"Referer", page})
	}
	if l.Status > 0 {
		x.Response = &Response{Status: l.Status, Header: http.Header{"Content-Type": {l.Type}}}
	}
	return x
}
