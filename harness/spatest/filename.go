package spatest

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
)

func checkMissingRootFile(ctx context.Context, p *Pass) error {
	for _, missing := range []struct{ name, dest string }{
		{"spatest-no-such-icon.png", "image"},
		{"spatest-no-such-data.json", "empty"},
		{"spatest-no-such-script.js", "script"},
	} {
		header := Subresource(missing.dest)
		x, err := p.Get(ctx, "/"+missing.name, header)
		if err != nil {
			return err
		}
		if to := p.location(x); to != nil && !p.stays(to) {
			p.Notef("/%s is redirected to another origin", missing.name)
			continue
		}
		if x, err = p.follow(ctx, x, header); err != nil {
			return err
		}
		if x.Response.Status/100 != 4 || p.Resembles(x) {
			p.Reportf(x, "404 (any 4xx), and not the page", "", "a missing file at the root is not refused")
		}
	}
	return nil
}

func checkFileAsDir(ctx context.Context, p *Pass) error {
	files := p.filesWhere(func(f File) bool {
		return f.Ext() != "" && f.Ext() != ".html" && !strings.Contains(f.Target, "?") &&
			!strings.HasPrefix(f.Target, "/.well-known/")
	})
	// One where assets are, and one at the root: servers treat them apart.
	var sample []File
	for _, atRoot := range []bool{false, true} {
		for _, dest := range []string{"script", "empty", ""} {
			i := slices.IndexFunc(files, func(f File) bool {
				_, inFolder := firstSegment(f.Target)
				return inFolder != atRoot && (dest == "" || f.Dest == dest)
			})
			if i >= 0 {
				sample = append(sample, files[i])
				break
			}
		}
	}
	if len(sample) == 0 {
		return skipf("no file of the build is known: the page refers to none")
	}
	for _, f := range sample {
		for _, more := range []string{"/", "/x"} {
			x, err := p.Get(ctx, f.Target+more, Subresource(f.Dest))
			if err != nil {
				return err
			}
			toFile := false
			if to := p.location(x); to != nil {
				toFile = p.stays(to) && to.EscapedPath() == f.Target
			}
			if !toFile && (x.Response.Status/100 != 4 || p.Resembles(x)) {
				p.Reportf(x, "404 (any 4xx), or a redirect to "+f.Target, "",
					"a file answers as if it were a directory")
			}
		}
	}
	return nil
}

func checkNameEncoding(ctx context.Context, p *Pass) error {
	files := p.filesWhere(
		func(f File) bool { return f.Ext() != "" && f.Ext() != ".html" && !strings.Contains(f.Target, "?") },
	)
	if len(files) == 0 {
		return skipf("no file of the build is known: the page refers to none")
	}
	plain := files[0]
	if i := slices.IndexFunc(files, func(f File) bool { return f.Dest == "script" }); i >= 0 {
		plain = files[i]
	}
	if err := p.openSpellings(ctx, plain, encodeLetter(plain.Target), encodeDot(plain.Target)); err != nil {
		return err
	}
	for _, f := range files {
		if !strings.Contains(f.Target, "%") {
			continue
		}
		if err := p.openSpellings(ctx, f, lowerHex(f.Target)); err != nil {
			return err
		}
		if err := p.openOtherNames(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// openSpellings asks for a file by other spellings of its target.
func (p *Pass) openSpellings(ctx context.Context, f File, spellings ...string) error {
	header := Subresource(f.Dest)
	want, err := p.Get(ctx, f.Target, header)
	if err != nil {
		return err
	}
	if !isOK(want) || p.Resembles(want) {
		if strings.Contains(f.Target, "%") {
			p.Reportf(want, "200 and the file", "", "%s is not served", f.Target)
		}
		return nil
	}
	for _, spelling := range spellings {
		if spelling == f.Target {
			continue
		}
		x, err := p.Get(ctx, spelling, header)
		// An encoded dot is what attacks have: a server may be wary.
		wary := spelling == encodeDot(f.Target)
		if wary && refusedByClosing(err) ||
			err == nil && wary &&
				slices.Contains([]int{http.StatusBadRequest, http.StatusForbidden}, x.Response.Status) {
			p.Notef("%s is refused as an attack", spelling)
			continue
		}
		if err != nil {
			return err
		}
		if x, err = p.follow(ctx, x, header); err != nil {
			return err
		}
		if same, err := p.sameContent(x, want); err != nil || same {
			continue // what cannot be decoded cannot be compared
		}
		p.Reportf(x, "what "+f.Target+" gets", "", "an equal spelling of a file's name does not get the file")
	}
	return nil
}

// openOtherNames asks for names that become the file's only if they are decoded
// once too often, or once too seldom.
func (p *Pass) openOtherNames(ctx context.Context, f File) error {
	want, err := p.Get(ctx, f.Target, Subresource(f.Dest))
	if err != nil || !isOK(want) || p.Resembles(want) { // the page in place of the file would equal itself
		return err
	}
	others := []string{strings.ReplaceAll(f.Target, "%", "%25")}
	if name, err := url.PathUnescape(f.Target); err == nil && strings.Contains(name, "%") &&
		!strings.ContainsAny(name, " ?#") {
		others = append(others, name)
	}
	for _, other := range others {
		if name, err := url.PathUnescape(other); err == nil {
			if _, exists := p.file(strings.TrimPrefix(name, "/")); exists {
				continue
			}
		}
		x, err := p.Get(ctx, other, Subresource(f.Dest))
		if err != nil {
			return err
		}
		if same, err := p.sameContent(x, want); err == nil && same && len(want.Response.Body) > 0 {
			p.Reportf(x, "404, or anything but "+f.Target, "", "a file is served under a name that it does not have")
		}
	}
	return nil
}

// sameContent: both are 200 with the same bytes.
func (p *Pass) sameContent(a, b *Exchange) (bool, error) {
	if !isOK(a) || !isOK(b) {
		return false, nil
	}
	x, err := p.Content(a)
	if err != nil {
		return false, err
	}
	y, err := p.Content(b)
	return bytes.Equal(x, y), err
}

// encodeLetter encodes the first letter of the last segment, which needs none
// (RFC 3986, section 2.3).
func encodeLetter(target string) string {
	at := strings.LastIndexByte(target, '/') + 1
	for i := at; i < len(target); i++ {
		if target[i] == '%' {
			i += 2
		} else if isLetter(target[i]) {
			return target[:i] + percent(target[i]) + target[i+1:]
		}
	}
	return target
}

// encodeDot encodes the dot of the extension.
func encodeDot(target string) string {
	stem := strings.TrimSuffix(target, path.Ext(target))
	if stem == target {
		return target
	}
	return stem + percent('.') + target[len(stem)+1:]
}

func percent(b byte) string {
	const digits = "0123456789ABCDEF"
	return "%" + string(digits[b>>4]) + string(digits[b&15])
}

// lowerHex writes the digits of percent-encodings in lower case.
func lowerHex(target string) string {
	b := []byte(target)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:], bytes.ToLower(b[i+1:i+3]))
			i += 2
		}
	}
	return string(b)
}
