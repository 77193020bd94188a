package spatest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	replacements = 12 // of the page
	replaceTick  = 15 * time.Millisecond
	readTick     = 5 * time.Millisecond // of each reader, between its requests
	readers      = 3
	maxReads     = 2000 // of each reader
)

func checkReplace(ctx context.Context, p *Pass) error {
	page, err := fs.ReadFile(p.Target.Dist, "index.html")
	if err != nil {
		return err
	}
	return p.withServer(ctx, Current, func(ctx context.Context, s *hosted) error {
		versions := pageVersions(page)
		// Compressed copies beside the page would not change with it, nor could they
		// in the same moment: where there are any, the page alone is looked at.
		w := &watch{
			p:        p,
			plain:    len(withSidecars(p.Target.Dist, "index.html")) > 1,
			versions: map[[sha256.Size]byte]int{},
			seen:     map[int]bool{},
			tags:     map[string]int{},
		}
		for i, version := range versions {
			w.versions[sha256.Sum256(version)] = i
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		results := make(chan error, readers)
		done := make(chan struct{})
		for i := range readers {
			go func() { results <- w.read(ctx, s, i, done) }()
		}
		err := s.replacePage(ctx, versions)
		close(done)
		for range readers {
			err = errors.Join(err, <-results)
		}
		switch {
		case err != nil || w.broken:
		case len(w.seen) < 2:
			p.Notef("no new version of the page was seen: the server kept the one it had read")
		default:
			p.Notef("%d responses showed %d of %d versions; a fault that lasts a moment may have passed unseen",
				w.responses, len(w.seen), len(versions))
		}
		return err
	})
}

// pageVersions makes pages that differ in size too, plain and compressed: tags
// made of a size and of whole seconds are right for deploys, which take longer
// than a second.
func pageVersions(page []byte) [][]byte {
	versions := [][]byte{page}
	for i := range replacements {
		var noise strings.Builder
		for n := range 1 + i*5%replacements {
			fmt.Fprintf(&noise, "%x", sha256.Sum256([]byte{byte(i), byte(n)}))
		}
		// In front: so that no version begins as another one does.
		versions = append(versions, fmt.Appendf(nil, "<!-- spatest %s -->\n%s", noise.String(), page))
	}
	return versions
}

// replacePage puts one version after the other in place.
func (s *hosted) replacePage(ctx context.Context, versions [][]byte) error {
	for _, version := range versions[1:] {
		if err := s.Write(ctx, "index.html", version); err != nil {
			return fmt.Errorf("replace the page: %w", err)
		}
		if err := pause(ctx, replaceTick); err != nil {
			return err
		}
	}
	return nil
}

// watch is what readers see of a page while it is replaced: each response as a
// whole of bytes, length and ETag.
type watch struct {
	p        *Pass
	plain    bool                      // nothing compressed is asked for
	versions map[[sha256.Size]byte]int // of the page; read only

	mu        sync.Mutex
	responses int
	seen      map[int]bool   // versions
	tags      map[string]int // the version that an ETag came with
	broken    bool           // one violation is enough
}

// read asks for the page until done, plain and, unless w.plain, compressed in turn.
func (w *watch) read(ctx context.Context, s *hosted, turn int, done <-chan struct{}) error {
	for range maxReads {
		header := Navigation
		if turn++; turn%2 == 0 && !w.plain {
			header = append(slices.Clone(Navigation), Field{"Accept-Encoding", "gzip"})
		}
		x, err := s.get(ctx, "/", header)
		if err != nil {
			return err
		}
		w.judge(x)
		select {
		case <-done:
			return nil
		case <-time.After(readTick):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (w *watch) judge(x *Exchange) {
	const expected = "200 and one version of the page, whole, under an ETag of its own"
	report := func(got, format string, args ...any) {
		if !w.broken {
			w.p.Reportf(x, expected, got, format, args...)
		}
		w.broken = true
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if x.Response.Status != http.StatusOK {
		report("", "the page is gone while it is replaced")
		return
	}
	if x.Response.Broken != "" || x.Response.Extra > 0 {
		report("", "the length is not that of the page")
		return
	}
	body, err := w.p.Content(x)
	if errors.Is(err, errCoding) {
		return
	}
	version, known := w.versions[sha256.Sum256(body)]
	if err != nil || !known {
		report("", "the page is neither the old one nor the new one")
		return
	}
	tag := x.Response.Header.Get("ETag")
	if before, ok := w.tags[tag]; tag != "" && ok && before != version {
		report(fmt.Sprintf("ETag: %s on two versions", tag), "two versions of the page have one ETag")
	}
	w.tags[tag] = version
	w.seen[version] = true
	w.responses++
}
