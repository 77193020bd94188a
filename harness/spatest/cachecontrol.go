package spatest

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

func policy(x *Exchange) string {
	value := strings.Join(x.Response.Header.Values("Cache-Control"), ", ")
	if value == "" {
		return "no Cache-Control"
	}
	return "Cache-Control: " + value
}

// revalidates reports whether a browser must ask before it uses the response
// again: an explicit lifetime of nothing (RFC 9111, section 4.2.1), or no-cache.
func revalidates(header http.Header) bool {
	directives := cacheControl(header)
	// no-cache with field names restricts these fields alone (section 5.2.2.4).
	if value, ok := directives["no-cache"]; ok && value == "" {
		return true
	}
	if _, ok := directives["no-store"]; ok {
		return true
	}
	if age, ok := directives["max-age"]; ok {
		return age == "0"
	}
	expires := header.Values("Expires")
	if len(expires) == 0 {
		return false
	}
	at, err := http.ParseTime(expires[0])
	if err != nil {
		return true // "0" and the like are in the past (section 5.3)
	}
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		date = time.Now()
	}
	return !at.After(date)
}

// cacheControl reads the directives, names in lower case, values unquoted. Of a
// repeated directive the first counts (RFC 9111, section 4.2.1).
func cacheControl(header http.Header) map[string]string {
	directives := map[string]string{}
	rest := strings.Join(header.Values("Cache-Control"), ",")
	for rest != "" {
		var name, value string
		end := strings.IndexAny(rest, ",=")
		if end < 0 {
			name, rest = rest, ""
		} else if name = rest[:end]; rest[end] == ',' {
			rest = rest[end+1:]
		} else if rest = strings.TrimLeft(rest[end+1:], " \t"); strings.HasPrefix(rest, `"`) {
			value, rest, _ = strings.Cut(rest[1:], `"`)
			_, rest, _ = strings.Cut(rest, ",")
		} else {
			value, rest, _ = strings.Cut(rest, ",")
		}
		name = strings.ToLower(strings.TrimSpace(name))
		if _, ok := directives[name]; !ok && name != "" {
			directives[name] = strings.TrimSpace(value)
		}
	}
	return directives
}

// maxLifetime bounds what a server may say, so that it can be reckoned with.
const maxLifetime = 10 * 365 * 24 * time.Hour

// lifetime is how long a cache may use a response without asking, as the server
// says it; shared is for a shared cache, which prefers s-maxage. It is 0 for
// what may not be used so, and for silence.
func lifetime(header http.Header, shared bool) time.Duration {
	directives := cacheControl(header)
	if _, ok := directives["no-store"]; ok {
		return 0
	}
	if value, ok := directives["no-cache"]; ok && value == "" {
		return 0
	}
	if shared && !sharedMayStore(header) {
		return 0
	}
	age, ok := directives["s-maxage"]
	if !ok || !shared {
		age, ok = directives["max-age"]
	}
	if ok {
		seconds, err := strconv.ParseUint(age, 10, 64)
		if err != nil && !isTooLarge(err) {
			return 0
		}
		return time.Duration(min(seconds, uint64(maxLifetime/time.Second))) * time.Second
	}
	at, err := http.ParseTime(header.Get("Expires"))
	if err != nil {
		return 0
	}
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		date = time.Now()
	}
	return min(max(at.Sub(date), 0), maxLifetime)
}

// isTooLarge: a number that does not fit is a long time (RFC 9111, section 1.2.2).
func isTooLarge(err error) bool { return errors.Is(err, strconv.ErrRange) }

// sharedMayStore reports whether nothing keeps a shared cache from storing it.
func sharedMayStore(header http.Header) bool {
	directives := cacheControl(header)
	_, noStore := directives["no-store"]
	fields, private := directives["private"]
	return !noStore && !(private && fields == "")
}
