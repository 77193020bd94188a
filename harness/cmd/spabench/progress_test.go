package main

import (
	"bytes"
	"regexp"
	"testing"
)

func TestProgressPlain(t *testing.T) {
	var b bytes.Buffer
	p := newProgress(&b)
	p.Line("building %s", "embedded-go")
	p.Step(0, 2, "round 1 of 1: null")
	p.Step(2, 2, "done")
	p.finish()
	want := regexp.MustCompile(`^  0:0\d  building embedded-go\n  0:0\d  0/2 round 1 of 1: null\n  0:0\d  2/2 done\n$`)
	if !want.Match(b.Bytes()) {
		t.Errorf("%q", b.String())
	}
}
