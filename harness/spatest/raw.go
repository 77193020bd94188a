package spatest

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// rawRequest writes a request of exactly these fields. Target.Header is not in
// it: the requests that need it are malformed, or may come back as an echo.
func rawRequest(method, target, body string, fields ...Field) Request {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", method, target)
	for _, f := range fields {
		fmt.Fprintf(&b, "%s: %s\r\n", f.Name, f.Value)
	}
	b.WriteString("\r\n" + body)
	return Request{Method: method, Target: target, Raw: b.String()}
}

// authority is what goes into Host: that of the target's header, else the origin's.
func (c *client) authority() string {
	for name, values := range c.header {
		if http.CanonicalHeaderKey(name) == "Host" && len(values) > 0 {
			return values[len(values)-1]
		}
	}
	return c.origin.Host
}

// printInto is a shell command that sends bytes to an origin, and shows what
// comes back.
func printInto(origin, raw string) string {
	var b strings.Builder
	for _, c := range []byte(raw) {
		switch {
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\\':
			b.WriteString(`\\`)
		case c == '%':
			b.WriteString("%%")
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	send := "printf " + quote(b.String()) + " | "
	u, err := url.Parse(origin)
	if err != nil {
		return send + "nc"
	}
	host, port := u.Hostname(), u.Port()
	if u.Scheme == "https" {
		if port == "" {
			port = "443"
		}
		return send + "openssl s_client -quiet -connect " + quote(
			net.JoinHostPort(host, port),
		) + " -servername " + quote(
			host,
		)
	}
	if port == "" {
		port = "80"
	}
	return send + "nc -w 5 " + quote(host) + " " + quote(port)
}
