package opening

import (
	"fmt"
	"net/http"
	"strings"
)

// unsaid are the fields that say nothing about what is asked for, or that belong to one connection or one browser. A
// field whose name ends in an asterisk stands for all that begin like it.
var unsaid = []string{
	"accept-encoding", "accept-language", "user-agent", "connection", "keep-alive", "host", "referer", "origin",
	"upgrade-insecure-requests", "sec-ch-*", "if-*", "save-data", "downlink", "ect", "rtt", "dnt", "cookie",
}

// secretive are parts of the names of fields whose values may be secret: they are neither recorded nor sent again.
var secretive = []string{"auth", "token", "csrf", "xsrf", "secret", "session", "key", "password"}

// kept are the fields of a request that say what is asked for.
func kept(header http.Header) map[string]string {
	all := map[string]string{}
	for name, values := range header {
		if !isUnsaid(name) && len(values) > 0 {
			all[name] = values[0]
		}
	}
	return all
}

func isUnsaid(name string) bool {
	name = strings.ToLower(name)
	for _, u := range unsaid {
		if prefix, many := strings.CutSuffix(u, "*"); name == u || many && strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// refusal says why a request is not made again; "" if it is.
func refusal(r *http.Request) string {
	switch {
	case r.Method != http.MethodGet:
		return fmt.Sprintf("its method is %s, which may change something", r.Method)
	case strings.EqualFold(r.Header.Get("Upgrade"), "websocket"):
		return "it opens a WebSocket"
	case strings.HasPrefix(r.Header.Get("Accept"), "text/event-stream"):
		return "it opens a stream of events"
	}
	for name := range r.Header {
		for _, part := range secretive {
			if strings.Contains(strings.ToLower(name), part) {
				return fmt.Sprintf("its field %s may be secret", name)
			}
		}
	}
	return ""
}
