package remedy

import (
	"cmp"
	"regexp"
	"strings"

	"spabench/harness/spatest"
)

// known is software that Recognise knows. Remedies are known for what has a file in data.
type known struct {
	name, title string
	marks       []mark
	on          []string // what it stands on: it is the better answer
}

// mark is something that a response shows of who made it. All of its parts must be there.
type mark struct {
	parts []part
	guess bool // others may have it, too
}

// part is text in a field of the header, or in the body if the field is empty.
type part struct {
	field string
	has   *regexp.Regexp
}

// says is a mark in which the software says its name. Pairs of a field and an expression, in any letter case.
func says(pairs ...string) mark {
	var m mark
	for i := 0; i < len(pairs); i += 2 {
		m.parts = append(m.parts, part{pairs[i], regexp.MustCompile("(?i)" + pairs[i+1])})
	}
	return m
}

// like is a mark that only makes it likely.
func like(pairs ...string) mark {
	m := says(pairs...)
	m.guess = true
	return m
}

// shownBy is the first part of the mark as the response has it; "" if the response does not have the mark.
func (m mark) shownBy(r *spatest.Response) string {
	by := ""
	for _, p := range m.parts {
		if p.field == "" {
			found := p.has.FindString(r.Excerpt)
			if found == "" {
				return ""
			}
			by = cmp.Or(by, `the text “`+strings.Join(strings.Fields(found), " ")+`”`)
			continue
		}
		value := strings.Join(r.Header.Values(p.field), ", ")
		if !p.has.MatchString(value) {
			return ""
		}
		by = cmp.Or(by, p.field+": "+value)
	}
	return by
}

// software is what Recognise knows: servers and frameworks by what they said when they were run (testdata), content
// delivery networks by their documentation.
var software = []known{
	{name: "nginx", title: "nginx", marks: []mark{
		says("Server", `^(nginx|openresty)\b`), says("", `<center>(nginx|openresty)\b`),
	}},
	{name: "caddy", title: "Caddy", marks: []mark{says("Server", `^caddy\b`), says("Via", `\bcaddy\b`)}},
	{name: "apache", title: "Apache", marks: []mark{
		says("Server", `^apache\b`), says("", `<address>apache\b`),
	}},
	{name: "fastapi", title: "FastAPI (Starlette)", marks: []mark{
		// Both serve any ASGI application.
		like("Server", `^(uvicorn|hypercorn)\b`),
		like("", `^\{"detail":"(not found|method not allowed)"\}$`),
	}},
	{name: "django", title: "Django", marks: []mark{
		says("Server", `^wsgiserver\b`),
		says("", `using the urlconf defined in`),
		like("", `<h1>not found</h1><p>the requested resource`),
		// Gunicorn serves any WSGI application; these are the defaults of Django's middleware.
		like("Cross-Origin-Opener-Policy", `^same-origin$`, "Referrer-Policy", `^same-origin$`,
			"X-Frame-Options", `^deny$`),
	}},
	{name: "express", title: "Express", marks: []mark{
		says("X-Powered-By", `^express$`),
		like("", `<pre>cannot [a-z]+ `),
		// The package send, which Express uses, and others.
		like("ETag", `^W/"[0-9a-f]+-[0-9a-f]{11}"$`),
	}},
	{name: "fiber", title: "Fiber", marks: []mark{
		says("Server", `^fiber$`),
		like("", `^cannot [A-Z]+ /`, "Content-Type", `^text/plain`),
	}},
	{name: "go", title: "Go net/http", marks: []mark{
		// Also of chi, gorilla/mux and Gin; the second is Echo's.
		like("", `^404 page not found\s*$`),
		like("", `^\{"message":"(not found|method not allowed)"\}\s*$`, "Content-Type", `^application/json$`),
	}},
	{name: "serve", title: "serve", marks: []mark{
		like("Content-Disposition", `^inline; filename="`, "ETag", `^"[0-9a-f]{40}"$`),
	}},
	{name: "sirv", title: "sirv", marks: []mark{
		like("ETag", `^W/"[0-9]+-[0-9]{13}"$`),
		like("Content-Type", `^text/html;charset=utf-8$`, "Vary", `Accept-Encoding`),
	}},
	{name: "vite", title: "Vite's preview", on: []string{"sirv"}, marks: []mark{
		like("Cache-Control", `^no-cache$`, "Vary", `^Origin$`, "ETag", `^W/"`),
	}},
	// https://developers.cloudflare.com/fundamentals/reference/http-headers/
	{name: "cloudflare", title: "Cloudflare", marks: []mark{says("CF-Ray", `.`)}},
	// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
	{name: "cloudfront", title: "CloudFront", marks: []mark{says("Via", `\(cloudfront\)`)}},
	// https://www.fastly.com/documentation/reference/http/http-headers/X-Served-By/
	{name: "fastly", title: "Fastly", marks: []mark{says("X-Served-By", `^cache-[a-z0-9]+-[a-z]+\b`)}},
	// https://answers.netlify.com/t/4385 (Netlify's support guide on the field)
	{name: "netlify", title: "Netlify", marks: []mark{says("X-Nf-Request-Id", `.`)}},
	// https://vercel.com/docs/headers/response-headers
	{name: "vercel", title: "Vercel", marks: []mark{says("X-Vercel-Id", `.`)}},
}
