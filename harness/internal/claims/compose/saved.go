package compose

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"spabench/harness/internal/browser"
	"spabench/harness/internal/rawhttp"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

// savedFile is a file on the host that a service serves at a target, directly or by what it builds from it.
type savedFile struct {
	project
	service, target string
	name            string // in the checkout
	path            string // on the host
	before, after   string // what is changed in it, and the format of what that becomes
}

// hot saves the file again and again, and waits after each save for a response with it.
func (s savedFile) hot(ctx context.Context) (record.Saves, error) {
	saves, err := s.repeat(ctx, hotSaves, func() error { return nil })
	if err == nil && saves.AllSeen() {
		s.told.Note("%s: saves of %s are seen after %s", s.service, s.name, listed(saves.Seen))
	}
	return saves, err
}

// rebuilt saves the file, and builds after each save.
func (s savedFile) rebuilt(ctx context.Context) (record.Saves, error) {
	saves, err := s.repeat(ctx, rebuiltSaves, func() error {
		_, err := s.run(ctx, nil, "up", "-d", "--build", s.service)
		return err
	})
	if err == nil && saves.AllSeen() {
		s.told.Note("%s: saves of %s are seen, after a build each, after %s", s.service, s.name, listed(saves.Seen))
	}
	return saves, err
}

// repeat saves the file up to n times, does what it takes to serve it, and waits for a response with it.
func (s savedFile) repeat(ctx context.Context, n int, serve func() error) (record.Saves, error) {
	saves := record.Saves{File: s.name}
	original, err := os.ReadFile(s.path)
	if err != nil {
		return saves, err
	}
	for i := range n {
		if i > 0 {
			if err := pause(ctx, betweenSaves); err != nil {
				return saves, err
			}
		}
		text, begun, err := s.save(original)
		if err != nil {
			return saves, err
		}
		saves.Saved++
		if err := serve(); err != nil {
			return saves, err
		}
		seen, err := s.seen(ctx, text, rig.ReadyWithin)
		if err != nil {
			return saves, err
		}
		if !seen {
			s.told.Note("%s: a save of %s is not seen within %s", s.service, s.name, rig.ReadyWithin)
			break
		}
		saves.Seen = append(saves.Seen, time.Since(begun))
	}
	return saves, nil
}

// betweenSaves is how long after a response the next save comes. Nobody saves at once; and uvicorn, when it has started
// again, takes the files as they are then for those that it has loaded, so it may miss a save within that moment.
const betweenSaves = time.Second

// pause waits for that time, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// unbuilt saves the file and builds nothing: it waits, restarts the service, and waits again.
func (s savedFile) unbuilt(ctx context.Context) (record.Unbuilt, error) {
	o := record.Unbuilt{Waited: unbuiltWait}
	original, err := os.ReadFile(s.path)
	if err != nil {
		return o, err
	}
	text, _, err := s.save(original)
	if err != nil {
		return o, err
	}
	if o.Seen, err = s.seen(ctx, text, unbuiltWait); err != nil {
		return o, err
	}
	s.told.Note("%s: a save of %s is seen within %s: %t", s.service, s.name, unbuiltWait, o.Seen)
	if _, err := s.run(ctx, nil, "restart", s.service); err != nil {
		return o, err
	}
	if o.SeenByRestart, err = s.seen(ctx, text, unbuiltWait); err != nil {
		return o, err
	}
	s.told.Note("%s: it is seen within %s after that: %t", s.service, unbuiltWait, o.SeenByRestart)
	return o, os.WriteFile(s.path, original, 0o644)
}

// save writes a text into the file that no save had before, so that neither the server nor the builder has it cached.
func (s savedFile) save(original []byte) (text string, begun time.Time, err error) {
	text = fmt.Sprintf("saved at %d", time.Now().UnixNano())
	if !bytes.Contains(original, []byte(s.before)) {
		return text, begun, fmt.Errorf("save %s: it does not contain %s", s.name, s.before)
	}
	content := bytes.Replace(original, []byte(s.before), fmt.Appendf(nil, s.after, text), 1)
	begun = time.Now()
	return text, begun, os.WriteFile(s.path, content, 0o644)
}

// seen reports whether a response has the text within that time.
func (s savedFile) seen(ctx context.Context, text string, within time.Duration) (bool, error) {
	service, err := s.Service(ctx, s.service)
	if err != nil {
		return false, err
	}
	waiting, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	probe := rig.Probe{
		Addr: strings.TrimPrefix(service.URL, "http://"), Target: s.target,
		Header: browser.Header("document", "identity"), Every: 2 * time.Millisecond,
		Correct: func(res rawhttp.Response) error {
			if !bytes.Contains(res.Body, []byte(text)) {
				return fmt.Errorf("the response does not contain %q", text)
			}
			return nil
		},
	}
	if _, err := probe.Await(waiting); err != nil {
		return false, ctx.Err() // not seen, unless the experiment was cancelled
	}
	return true, nil
}

func listed(times []time.Duration) string {
	var list []string
	for _, d := range slices.Sorted(slices.Values(times)) {
		list = append(list, d.Round(time.Millisecond).String())
	}
	return strings.Join(list, ", ")
}
