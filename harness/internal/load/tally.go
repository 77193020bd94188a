package load

import (
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	vegeta "github.com/tsenart/vegeta/v12/lib"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

const (
	maxReasons = 3           // distinct ones kept in the record
	patience   = time.Second // a request that has failed after so long was sent to a server that is gone
)

// tally verifies and counts results as they arrive, slice by slice.
type tally struct {
	spec     Spec
	interval time.Duration // 0 in a closed loop, which has no schedule
	out      record.Loaded // of all slices
	kept     times         // of the slices that are kept
	gone     bool          // the server does not answer any more

	// Of the current slice:
	began         time.Time
	sent, elapsed time.Duration // from its beginning to the last send, and to the last response
	slice         times
}

func newTally(s Spec) *tally {
	t := &tally{spec: s, kept: newTimes(), slice: newTimes(), out: record.Loaded{Load: s.Load}}
	if s.Rate > 0 {
		t.interval = time.Second / time.Duration(s.Rate)
	}
	return t
}

// begin begins the next slice, now: its schedule counts from the end of this call, which first clears a megabyte.
func (t *tally) begin() {
	t.slice.reset()
	t.sent, t.elapsed = 0, 0
	t.began = time.Now()
	if t.out.Began.IsZero() {
		t.out.Began = t.began.UTC()
	}
}

// end ends the slice.
func (t *tally) end() {
	t.out.Sent += t.sent
	t.out.Elapsed += t.elapsed
}

// keep adds the slice's times to those of the slices before.
func (t *tally) keep() { t.kept.merge(t.slice) }

// recorded returns the slice for the record.
func (t *tally) recorded(turn int) (record.Slice, error) {
	s := record.Slice{
		Turn: turn, Began: t.began.UTC(), Requests: uint64(t.slice.lag.TotalCount()),
		LagP99: time.Duration(t.slice.lag.ValueAtPercentile(99)),
	}
	planned, err := stat.Encode(t.slice.planned)
	s.Planned = record.Histogram(planned)
	return s, err
}

// add counts and verifies a result of the slice.
func (t *tally) add(res *vegeta.Result) {
	hash := t.out.Requests%hashEvery == 0
	t.count(res)
	t.check(res, hash)
}

// count records when a request was sent, and how long it took.
func (t *tally) count(res *vegeta.Result) {
	lag := time.Duration(0)
	if t.interval > 0 {
		// Vegeta's constant pacer sends request n, counted from 0, one interval after request n-1,
		// the first of them one interval after it began.
		lag = max(res.Timestamp.Sub(t.began.Add(time.Duration(res.Seq+1)*t.interval)), 0)
	}
	stat.Record(t.slice.lag, lag)
	stat.Record(t.slice.latency, res.Latency)
	stat.Record(t.slice.planned, res.Latency+lag)
	t.sent = max(t.sent, res.Timestamp.Sub(t.began))
	t.elapsed = max(t.elapsed, res.End().Sub(t.began))
	t.out.Requests++
	t.out.BodyBytes += uint64(len(res.Body))
}

// check counts a response if it is wrong.
func (t *tally) check(res *vegeta.Result, hash bool) {
	why := t.verify(res, hash)
	if why == "" {
		return
	}
	t.out.Wrong++
	if len(t.out.Reasons) < maxReasons && !slices.Contains(t.out.Reasons, why) {
		t.out.Reasons = append(t.out.Reasons, why)
	}
	t.gone = t.gone || res.Code == 0 && res.Latency >= patience
}

// verify returns why the response is wrong, or "". Those of a visit are verified by the visitor.
func (t *tally) verify(res *vegeta.Result, hash bool) string {
	if res.Code == 0 {
		return "no response: " + res.Error
	}
	if !t.spec.single() {
		return ""
	}
	want := t.spec.Waves[0][0].Want
	// Vegeta reports every status from 400 as an error, even one that is wanted.
	if res.Error != "" && int(res.Code) == want.Status && want.Status < 400 {
		return res.Error
	}
	why := want.verify(int(res.Code), res.Headers.Get("Content-Encoding"), res.Body, hash)
	if hash && want.Contains == "" && (why == "" || why == reasonOtherBytes) {
		t.out.Hashed++
	}
	return why
}

// loaded returns all slices for the record. The histograms are those of the slices that are kept.
func (t *tally) loaded() (record.Loaded, error) {
	out := t.out
	var err error
	out.Latency, out.Planned, out.Lag, err = t.kept.encode()
	return out, err
}

// times are the histograms of one slice, or of several together.
type times struct{ latency, planned, lag *hdrhistogram.Histogram }

func newTimes() times { return times{stat.New(), stat.New(), stat.New()} }

func (t times) reset() {
	t.latency.Reset()
	t.planned.Reset()
	t.lag.Reset()
}

func (t times) merge(more times) {
	t.latency.Merge(more.latency)
	t.planned.Merge(more.planned)
	t.lag.Merge(more.lag)
}

func (t times) encode() (latency, planned, lag record.Histogram, err error) {
	for h, dst := range map[*hdrhistogram.Histogram]*record.Histogram{
		t.latency: &latency, t.planned: &planned, t.lag: &lag,
	} {
		s, err := stat.Encode(h)
		if err != nil {
			return "", "", "", err
		}
		*dst = record.Histogram(s)
	}
	return latency, planned, lag, nil
}
