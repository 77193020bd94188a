package page

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"spabench/harness/internal/chart"
	"spabench/harness/internal/report"
	"spabench/harness/internal/table"
	"spabench/harness/spatest"
)

// WriteRecorded writes the report of a browser's recording: what the checks say of it, and what the browser requested.
// It fails when w does.
func WriteRecorded(w io.Writer, d report.Document, r *spatest.Recording) error {
	m := checkedMatrix(d)
	s, err := visitSection(r)
	if err != nil {
		return err
	}
	m.Sections = []section{s}
	return fill(w, "matrix.gohtml", m)
}

// mostDrawn is the number of requests in the picture of a visit; mostListed, in its table.
const (
	mostDrawn  = 40
	mostListed = 500
)

// visitSection is what the browser requested, in its order.
func visitSection(r *spatest.Recording) (section, error) {
	s := section{ID: "visit", Title: "What the browser saw"}
	s.Texts = []string{fmt.Sprintf("%s, in the order in which they began. A bar is the time of a request: 1 waiting "+
		"for a connection, 2 connecting, 3 until the first byte of the response, 4 receiving it.",
		counted(len(r.Requests), "request"))}
	bars := chart.Stacked{Title: "ms since the first request"}
	list := sheet{ID: "table-visit", Title: "Requests",
		Doc:  "Bytes: of the body as it was sent or, where the browser did not record that, decoded.",
		Head: []string{"request", "began, ms", "took, ms", "for", "status", "coding", "bytes", "from"}}
	for i, one := range r.Requests {
		if i < mostDrawn {
			bars.Rows = append(bars.Rows, shortened(one.Exchange.Request.Target))
			bars.Begins = append(bars.Begins, inMS(one.Began))
			bars.Values = append(bars.Values, []float64{inMS(one.Phases.Queued), inMS(one.Phases.Connecting),
				inMS(one.Phases.Waiting), inMS(one.Phases.Receiving)})
		}
		if i < mostListed {
			list.Rows = append(list.Rows, visitRow(r, one))
		}
	}
	if len(r.Requests) > mostDrawn {
		s.Texts = append(s.Texts, fmt.Sprintf("The picture has the first %d.", mostDrawn))
	}
	if left := len(r.Requests) - mostListed; left > 0 {
		list.Notes = []string{fmt.Sprintf("%s more are not listed.", counted(left, "request"))}
	}
	p, err := bars.Picture()
	if err != nil {
		return s, err
	}
	s.Keys, err = partKeys("waiting for a connection", "connecting", "until the first byte", "receiving")
	label := fmt.Sprintf("Waterfall of %s; the table below has the numbers", counted(len(bars.Rows), "request"))
	s.Figures = []figure{{Title: "Waterfall", Picture: picture(p, label), Table: &list}}
	return s, err
}

func visitRow(r *spatest.Recording, one spatest.Recorded) []cell {
	target := one.URL()
	if r.Own(one) {
		target = one.Exchange.Request.Target
	}
	status, coding, size := cmp.Or(one.Failed, "–"), "–", "–"
	if x := one.Exchange.Response; x != nil {
		status = fmt.Sprint(x.Status)
		coding = cmp.Or(strings.Join(x.Header.Values("Content-Encoding"), ", "), coding)
		size = fmt.Sprint(x.Size)
	}
	took := one.Phases.Queued + one.Phases.Connecting + one.Phases.Waiting + one.Phases.Receiving
	return []cell{{Text: target}, {Text: table.Number(inMS(one.Began))}, {Text: table.Number(inMS(took))},
		{Text: cmp.Or(one.Dest, "–")}, {Text: status}, {Text: coding}, {Text: size},
		{Text: cmp.Or(one.Stored, "the server")}}
}

// shortened is the end of a request target, which says more than its beginning, so that a row's name leaves room.
func shortened(target string) string {
	const most = 24
	target, _, _ = strings.Cut(target, "?")
	if all := []rune(target); len(all) > most {
		return "…" + string(all[len(all)-most+1:])
	}
	return target
}

func inMS(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
