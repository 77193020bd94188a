package rigtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Strange builds the server in testdata/strange as a program that needs nothing else, and returns the folder that it is
// in: the context of Dockerfiles that begin with StrangeImage.
func Strange(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o",
		filepath.Join(dir, "strange"), "./harness/internal/rig/rigtest/testdata/strange")
	cmd.Dir = root()
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build the strange server: %v\n%s", err, out)
	}
	return dir
}

// StrangeImage begins a Dockerfile for an image that has the server alone, and not even a shell.
const StrangeImage = "FROM scratch\nCOPY strange /strange\nEXPOSE 8080\nENTRYPOINT [\"/strange\"]\n"
