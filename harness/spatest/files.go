package spatest

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// filesWhere lists the known files that match.
func (p *Pass) filesWhere(match func(File) bool) []File {
	return slices.DeleteFunc(slices.Clone(p.site.files), func(f File) bool { return !match(f) })
}

// onePerExtension keeps the first file of each extension: servers set types and
// policies by it.
func onePerExtension(files []File) []File {
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(files), func(f File) bool {
		known := seen[f.Ext()]
		seen[f.Ext()] = true
		return known
	})
}

// maxErrors in one call of each: a server that fails this often is not asked again.
const maxErrors = 8

// each calls do for every file, as many at once as there may be connections. It
// returns the error of the first file that has one; findings are put in order of
// their targets, and equal notes become one, so that reports do not depend on timing.
func (p *Pass) each(ctx context.Context, files []File, do func(ctx context.Context, f File) error) error {
	return inParallel(ctx, p, files, do)
}

// inParallel is each, for files or for requests.
func inParallel[T any](ctx context.Context, p *Pass, items []T, do func(ctx context.Context, item T) error) error {
	var (
		mu     sync.Mutex
		failed int
		wg     sync.WaitGroup
		errs   = make([]error, len(items))
		places = make(chan struct{}, maxConns)
	)
	for i, item := range items {
		places <- struct{}{}
		mu.Lock()
		tooMany := failed >= maxErrors
		mu.Unlock()
		if tooMany {
			break
		}
		wg.Go(func() {
			defer func() { <-places }()
			if errs[i] = do(ctx, item); errs[i] != nil && !unrecorded(errs[i]) {
				mu.Lock()
				failed++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	slices.SortStableFunc(p.findings, func(a, b Finding) int {
		return cmp.Compare(a.Exchange.Request.Target, b.Exchange.Request.Target)
	})
	slices.Sort(p.notes)
	p.notes = slices.Compact(p.notes)
	if slices.ContainsFunc(errs, func(err error) bool { return !unrecorded(err) }) {
		errs = slices.DeleteFunc(errs, unrecorded) // what was recorded decides
	}
	if i := slices.IndexFunc(errs, func(err error) bool { return err != nil }); i >= 0 {
		return errs[i]
	}
	return nil
}
