package record

import "net/http"

// SplitObserved compares servers that run alone with the same images as the back end of three containers.
type SplitObserved struct {
	Servers []SplitServer `json:"servers"`
}

// SplitServer is one server in both forms.
type SplitServer struct {
	Variant   string             `json:"variant"`
	Responses []ComparedResponse `json:"responses"`
}

// ComparedResponse is what both forms answered to one GET: first the server alone, then the three containers.
type ComparedResponse struct {
	Target string    `json:"target"`
	Status [2]int    `json:"status"`
	Same   bool      `json:"same"`             // status and every byte of the body, when no content coding is accepted
	Coding [2]string `json:"coding"`           // content coding of the body, when br and gzip are accepted
	Fields []string  `json:"fields,omitempty"` // names of header fields that differ, when no content coding is accepted
}

// Found reports whether one of both forms has what was asked for.
func (c ComparedResponse) Found() bool {
	return c.Status[0] == http.StatusOK || c.Status[1] == http.StatusOK
}

// SameCoding reports whether both forms chose the same content coding.
func (c ComparedResponse) SameCoding() bool { return c.Coding[0] == c.Coding[1] }

// Responses returns those of all servers.
func (o SplitObserved) Responses() (all []ComparedResponse) {
	for _, s := range o.Servers {
		all = append(all, s.Responses...)
	}
	return all
}
