package lab

import (
	"errors"
	"net"
	"strings"
	"testing"
	"time"
)

// An engine that cannot ask a registry says nothing about the registry, and is not asked about images that it has.
func TestCannotAsk(t *testing.T) {
	l := openLab(t)
	here, absent := Base{Image: l.bases[0].Image}, Base{Image: "localhost/" + TestPrefix + "-absent:1"}
	for _, c := range []struct {
		engine    string
		base      Base
		cannotAsk bool
		fails     bool
	}{
		{"Podman", here, false, false},
		{"Podman", absent, true, true},
		{dockerName, here, false, false},
		{dockerName, absent, false, true},
	} {
		l.engine.name = c.engine
		bases := []Base{c.base}
		err := l.registryAnswers(t.Context(), bases)
		if errors.Is(err, ErrCannotAsk) != c.cannotAsk || (err != nil) != c.fails {
			t.Errorf("%s, %s: %v", c.engine, c.base.Image, err)
		}
	}
}

// Pulling fills in the ids of images, and says which one it cannot get.
func TestPullBases(t *testing.T) {
	l := openLab(t)
	here := []Base{{Image: l.bases[0].Image}, {Image: l.bases[1].Image}}
	if err := l.pullBases(t.Context(), here); err != nil || here[0].ID == "" || here[1].ID == "" {
		t.Errorf("%+v, %v", here, err)
	}
	absent := "localhost/" + TestPrefix + "-absent:1"
	err := l.pullBases(t.Context(), []Base{here[0], {Image: absent}})
	if err == nil || !strings.Contains(err.Error(), absent) {
		t.Errorf("error %v does not name %s", err, absent)
	}
}

// A registry that accepts connections and never responds does not keep a run waiting.
func TestSilentRegistry(t *testing.T) {
	l := openLab(t)
	if !l.Local() {
		t.Skip("the engine does not reach a registry of this process")
	}
	registry, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = registry.Close() }()
	err = l.pull(t.Context(), registry.Addr().String()+"/silent:1", "", 100*time.Millisecond)
	if err == nil || !strings.Contains(err.Error(), "reported nothing for 100ms") {
		t.Errorf("error %v", err)
	}
}
