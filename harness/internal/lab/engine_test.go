package lab

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
)

func TestOpenOutsideACheckout(t *testing.T) {
	_, err := Open(t.Context(), t.TempDir(), TestPrefix, t.Logf)
	if err == nil || !strings.Contains(err.Error(), "not a spabench checkout") {
		t.Errorf("error %v", err)
	}
}

func TestEnsureEngineNamesTheWayOut(t *testing.T) {
	t.Setenv("DOCKER_HOST", "unix://"+filepath.Join(t.TempDir(), "no.sock"))
	err := EnsureEngine(t.Context(), t.Logf)
	if !errors.Is(err, ErrNoEngine) || !strings.Contains(err.Error(), "DOCKER_HOST") {
		t.Errorf("error %v", err)
	}
}

func TestTail(t *testing.T) {
	if got := tail("a\nb\nc\n", 2); got != "b\nc" {
		t.Errorf("tail = %q", got)
	}
}
