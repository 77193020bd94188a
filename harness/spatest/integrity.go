package spatest

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

func checkIntegrity(ctx context.Context, p *Pass) error {
	codings := slices.Concat([]string{"", "gzip"}, slices.Sorted(maps.Keys(p.Target.Decoders)))
	checked := 0
	for _, ref := range references(p.url("/"), readTags(p.site.shell)) {
		hashes := strongest(ref.integrity)
		if len(hashes) == 0 {
			continue
		}
		checked++
		for _, coding := range codings {
			header := Subresource(ref.dest)
			if coding != "" {
				header = append(header, Field{"Accept-Encoding", coding})
			}
			x, err := p.Do(ctx, Request{Target: ref.url.RequestURI(), Header: header, fromRoot: true})
			if err != nil {
				return err
			}
			if x.Response.Status != http.StatusOK {
				continue // browser-shell-closure says so
			}
			body, err := p.Content(x)
			if errors.Is(err, errCoding) {
				p.Notef("%s was not compared: %v", ref.url.Path, err)
				continue
			}
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(hashes, func(h hash) bool { return h.of(body) == h.value }) {
				h := hashes[0]
				p.Reportf(x, h.algorithm+"-"+h.value,
					fmt.Sprintf("%s-%s, %d bytes", h.algorithm, h.of(body), len(body)),
					"the integrity hash in the page does not match the bytes served")
			}
		}
	}
	if checked == 0 {
		return skipf("the page has no integrity hash for anything on its origin")
	}
	return nil
}

// hash is what an integrity attribute asks for.
type hash struct{ algorithm, value string }

// algorithms of integrity attributes, from the weakest to the strongest. Others
// are passed over, as browsers do.
var algorithms = []string{"sha256", "sha384", "sha512"}

func (h hash) of(content []byte) string {
	var sum []byte
	switch h.algorithm {
	case "sha256":
		s := sha256.Sum256(content)
		sum = s[:]
	case "sha384":
		s := sha512.Sum384(content)
		sum = s[:]
	case "sha512":
		s := sha512.Sum512(content)
		sum = s[:]
	}
	return base64.StdEncoding.EncodeToString(sum)
}

// strongest reads an integrity attribute, and keeps the hashes of its strongest
// algorithm: any of them will do (W3C SRI, "Do bytes match metadataList?").
func strongest(integrity string) []hash {
	var hashes []hash
	best := -1
	for item := range strings.FieldsSeq(integrity) {
		item, _, _ = strings.Cut(item, "?") // options, of which there are none yet
		algorithm, value, _ := strings.Cut(item, "-")
		strength := slices.Index(algorithms, strings.ToLower(algorithm))
		if strength < 0 || strength < best {
			continue
		}
		if strength > best {
			best, hashes = strength, nil
		}
		// Some tools write the alphabet of URLs, which browsers take, too.
		value = strings.NewReplacer("-", "+", "_", "/").Replace(value)
		hashes = append(hashes, hash{algorithms[strength], value})
	}
	return hashes
}
