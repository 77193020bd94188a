package witness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/load"
	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// clientRate is the highest rate of an h2load client, requests per second, at which it sends them one by one: its timer
// goes off every 10 ms at most, and all that is due by then is sent at once.
const clientRate = 100

// evenly makes h2load's event loop, libev, wait in microseconds, with select. Its default, epoll, waits for whole
// milliseconds: requests that are due at different moments then leave together.
const evenly = "LIBEV_FLAGS=1"

// invocation is the command with which h2load sends a load for this long, but for its log and the URL. Its --rps is
// for each of its clients, which have one connection each, and clients that connect at the same moment send at the
// same moments. So they connect one after the other, at the load's rate: their requests are then as evenly spaced as
// those of one client.
func invocation(l record.Load, header http.Header, long time.Duration) []string {
	clients := l.Connections
	each := max(1, (int(long.Seconds()*float64(l.Rate))+clients-1)/clients)
	perPeriod := max(1, l.Rate/1000)
	period := time.Second * time.Duration(perPeriod) / time.Duration(l.Rate)
	command := []string{
		"env", evenly, "h2load", "--h1",
		fmt.Sprintf("--clients=%d", clients),
		fmt.Sprintf("--requests=%d", clients*each),
		fmt.Sprintf("--rps=%g", float64(l.Rate)/float64(clients)),
		fmt.Sprintf("--rate=%d", perPeriod),
		fmt.Sprintf("--rate-period=%dms", max(1, period.Milliseconds())),
	}
	for _, name := range slices.Sorted(maps.Keys(header)) {
		command = append(command, fmt.Sprintf("--header=%s: %s", name, header.Get(name)))
	}
	return command
}

// script runs h2load, and prints what it logged of each request, in a memory file system, after what it said itself.
const script = `rm -f "$0" && "$@" --log-file="$0" && echo "` + logMark + `" && cat "$0"`

const (
	logFile = "/dev/shm/requests"
	logMark = "requests:"
)

// theirs sends one slice with h2load.
func theirs(
	ctx context.Context, g *lab.Generator, command []string, r load.Request, l record.Load,
) (record.Witnessed, error) {
	ctx, cancel := context.WithTimeout(ctx, l.LeadIn+l.Duration+margin)
	defer cancel()
	out, err := g.Exec(ctx, append([]string{"sh", "-c", script, logFile}, append(command, r.URL)...)...)
	if err != nil {
		return record.Witnessed{}, err
	}
	said, logged, found := bytes.Cut(out, []byte(logMark+"\n"))
	if !found {
		return record.Witnessed{}, fmt.Errorf("h2load logged no requests: %.300s", out)
	}
	requests, err := parseLog(string(logged))
	if err != nil {
		return record.Witnessed{}, err
	}
	w, err := slice(requests, l)
	if err != nil {
		return w, err
	}
	w.Generator, w.Opened = record.Theirs, l.Connections
	w.Wrong, w.Reasons = verify(requests, string(said), r.Want)
	return w, nil
}

// request is one line of h2load's log.
type request struct {
	sent    time.Time
	status  int // -1 for one that failed
	latency time.Duration
}

// parseLog reads h2load's log of requests, in the order in which they were sent. Each line has the time of sending, in
// microseconds since 1970, the status, and the microseconds until the end of the response, separated by tabs; later
// versions may add columns.
func parseLog(text string) ([]request, error) {
	var all []request
	for line := range strings.Lines(text) {
		columns := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(columns) < 3 {
			return nil, fmt.Errorf("read h2load's log: line %d has no three columns: %q", len(all)+1, line)
		}
		sent, err1 := strconv.ParseInt(columns[0], 10, 64)
		status, err2 := strconv.Atoi(columns[1])
		took, err3 := strconv.ParseInt(columns[2], 10, 64)
		if err := errors.Join(err1, err2, err3); err != nil {
			return nil, fmt.Errorf("read h2load's log: line %d: %w", len(all)+1, err)
		}
		all = append(all, request{time.UnixMicro(sent), status, time.Duration(took) * time.Microsecond})
	}
	if len(all) == 0 {
		return nil, errors.New("read h2load's log: it is empty")
	}
	slices.SortStableFunc(all, func(a, b request) int { return a.sent.Compare(b.sent) })
	return all, nil
}

// slice makes a slice of the requests that were sent after the lead-in. The lag is measured against the even schedule
// at the load's rate that begins with the first request.
func slice(requests []request, l record.Load) (record.Witnessed, error) {
	began := requests[0].sent.Add(l.LeadIn)
	ended := began.Add(l.Duration)
	interval := time.Second / time.Duration(l.Rate)
	latency, lag := stat.New(), stat.New()
	w := record.Witnessed{Began: began.UTC(), Over: l.Duration}
	for i, r := range requests {
		if r.sent.Before(began) || !r.sent.Before(ended) {
			continue
		}
		w.Requests++
		stat.Record(latency, r.latency)
		stat.Record(lag, max(0, r.sent.Sub(requests[0].sent)-time.Duration(i)*interval))
	}
	w.LagP99 = time.Duration(lag.ValueAtPercentile(99))
	encoded, err := stat.Encode(latency)
	w.Latency = record.Histogram(encoded)
	return w, err
}

// traffic is the line of h2load's summary that has the number of bytes of all bodies.
var traffic = regexp.MustCompile(`(?m)^traffic: .* \((\d+)\) data$`)

// verify counts the wrong responses. h2load tells the status of each, but only the bytes of all bodies together.
func verify(requests []request, said string, want load.Want) (wrong uint64, reasons []string) {
	for _, r := range requests {
		if r.status == want.Status {
			continue
		}
		wrong++
		if reason := fmt.Sprintf("status %d, want %d", r.status, want.Status); !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
	}
	m := traffic.FindStringSubmatch(said)
	if m == nil {
		return uint64(len(requests)), append(reasons, "h2load does not say how many bytes it received")
	}
	if all := strconv.Itoa(len(requests) * want.Length); m[1] != all && wrong == 0 {
		return uint64(len(requests)), append(reasons, fmt.Sprintf("bodies of %s bytes together, want %s", m[1], all))
	}
	return wrong, reasons
}

// version is how h2load names itself, such as h2load nghttp2/1.64.0.
func version(ctx context.Context, g *lab.Generator) (string, error) {
	out, err := g.Exec(ctx, "h2load", "--version")
	return strings.TrimSpace(string(out)), err
}
