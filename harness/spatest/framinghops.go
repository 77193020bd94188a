package spatest

import (
	"context"
	"net/http"
)

// Reading is what a server makes of a request whose end can be read in more than one way.
type Reading struct {
	Name    string
	Section string // of RFC 9112, unless it names another
	Outcome string // one of the three below
}

// Outcomes of a Reading.
const (
	ReadRefused = "refuses"                       // with an error, or by ending the connection without an answer
	ReadLast    = "answers, and ends"             // no request behind it is answered
	ReadBoth    = "answers, and the next one too" // the server knows where it ends, or believes so
)

// framingRefusals are answers to how a request is written; any other one is to what it asks for.
var framingRefusals = []int{
	http.StatusBadRequest, http.StatusLengthRequired, http.StatusRequestEntityTooLarge,
	http.StatusRequestHeaderFieldsTooLarge, http.StatusNotImplemented, http.StatusHTTPVersionNotSupported,
}

// Readings sends each ambiguous request of the grid, and another one behind it.
func (a Asker) Readings(ctx context.Context) ([]Reading, error) {
	var readings []Reading
	for _, s := range shapes {
		if s.want != last {
			continue
		}
		r := Reading{Name: s.name, Section: s.section, Outcome: ReadRefused}
		first, second, err := a.pass.tryShape(ctx, s)
		switch {
		case err != nil:
			return nil, err
		case second != nil && !isFramingRefusal(second):
			r.Outcome = ReadBoth
		case first != nil && !isFramingRefusal(first):
			r.Outcome = ReadLast
		}
		readings = append(readings, r)
	}
	return readings, nil
}
