// Package junit writes results of tests as JUnit XML, as continuous integration systems read it.
package junit

import (
	"encoding/xml"
	"fmt"
	"io"
	"time"
)

// Suite is a group of cases.
type Suite struct {
	Name  string
	Began time.Time
	Cases []Case
}

// Case is one thing that was tested. It passed, unless one of the results is there.
type Case struct {
	Class   string  `xml:"classname,attr"`
	Name    string  `xml:"name,attr"`
	Took    Seconds `xml:"time,attr"`
	Failure *Result `xml:"failure"`
	Error   *Result `xml:"error"`
	Skipped *Result `xml:"skipped"`
}

// Result says why a case did not pass.
type Result struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// Seconds is a duration that is written as a number of seconds.
type Seconds time.Duration

// MarshalText writes it to the millisecond.
func (s Seconds) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%.3f", time.Duration(s).Seconds()), nil
}

// The elements that continuous integration systems agree on. Some count the cases, others read the attributes.
type (
	document struct {
		XMLName xml.Name `xml:"testsuites"`
		Name    string   `xml:"name,attr"`
		counts
		Suites []suite `xml:"testsuite"`
	}
	suite struct {
		Name      string `xml:"name,attr"`
		Timestamp string `xml:"timestamp,attr"`
		counts
		Cases []Case `xml:"testcase"`
	}
	counts struct {
		Tests    int     `xml:"tests,attr"`
		Failures int     `xml:"failures,attr"`
		Errors   int     `xml:"errors,attr"`
		Skipped  int     `xml:"skipped,attr"`
		Time     Seconds `xml:"time,attr"`
	}
)

// Write writes suites that took this long together. One without a case is left out.
func Write(w io.Writer, name string, took time.Duration, suites []Suite) error {
	all := document{Name: name}
	for _, s := range suites {
		if len(s.Cases) == 0 {
			continue
		}
		written := suite{Name: s.Name, Timestamp: s.Began.Format("2006-01-02T15:04:05"), Cases: s.Cases}
		for _, c := range s.Cases {
			written.add(c)
			all.add(c)
		}
		all.Suites = append(all.Suites, written)
	}
	all.Time = Seconds(took)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (c *counts) add(one Case) {
	c.Tests++
	c.Time += one.Took
	switch {
	case one.Failure != nil:
		c.Failures++
	case one.Error != nil:
		c.Errors++
	case one.Skipped != nil:
		c.Skipped++
	}
}
