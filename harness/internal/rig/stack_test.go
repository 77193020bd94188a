package rig_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/rig/rigtest"
	"spabench/harness/spatest"
	"spabench/variants"
)

// composeFile is somebody's project: a job that must be over before the server starts, a server that is built, has a
// name and a port of the host of its own, and a volume.
const composeFile = `services:
  migrate:
    image: %s
    command: ["python3", "-c", "print('migrated')"]
  web:
    build: .
    container_name: spabench-test-taken
    ports: ["8080:8080"]
    environment: {NAME: "${NAME}"}
    depends_on: {migrate: {condition: service_completed_successfully}}
    volumes: ["data:/extra"]
    restart: always
volumes:
  data: {}
`

// TestAddedStack starts somebody's Compose project, twice at the same time when a check restarts it, and leaves nothing
// of it.
func TestAddedStack(t *testing.T) {
	g := rigtest.Open(t)
	embedded, _ := variants.Find("embedded-go")
	refs, err := rig.BuildImages(t.Context(), g.Lab, embedded)
	if err != nil {
		t.Fatal(rigtest.Describe(err))
	}
	dir := t.TempDir()
	python := rig.BaseImage(g.Lab, "PYTHON_IMAGE").Image
	for name, text := range map[string]string{
		"compose.yaml": fmt.Sprintf(composeFile, python), "Dockerfile": "FROM " + refs[0] + "\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	a := rig.Added{
		Name: "shop", Environ: map[string]string{"NAME": "value"},
		Source: lab.Source{Compose: filepath.Join(dir, "compose.yaml"), Entry: "web"},
	}
	log := ""
	err = g.WithAdded(t.Context(), a, func(url string, h spatest.Host) error {
		report, err := spatest.Inspect(t.Context(), spatest.Target{
			URL: url, Dist: g.Dist.FS, Host: h, Decoders: rig.Decoders(), APISlow: "/api/slow?ms=1500",
			Only: []string{"routing", "lifecycle"},
		})
		if err != nil {
			return err
		}
		return report.Err()
	}, &log)
	if err != nil {
		t.Errorf("%v\n%s", rigtest.Describe(err), log)
	}
	rigtest.NothingLeft(t)
	a.Entry = "front"
	err = g.WithAdded(t.Context(), a, func(string, spatest.Host) error { return nil }, &log)
	if err == nil || !strings.Contains(err.Error(), `no service "front"; it has migrate, web`) {
		t.Errorf("an entry that is not there: %v", err)
	}
}
