package rig_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"spabench/harness/internal/lab"
)

// docker runs the engine's own command, as a witness who does not know the harness.
func docker(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("docker", args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("docker %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return strings.TrimSpace(string(out))
}

// census is what is on the engine: containers, networks, volumes, and images that have a name or that nothing is based
// on. What other processes of the project make and remove meanwhile is not in it.
func census(t *testing.T) []string {
	t.Helper()
	var all []string
	for what, args := range map[string][]string{
		"container": {"ps", "--all", "--no-trunc", "--format", `{{.ID}} {{.Names}} {{.Label "spabench.owner"}}`},
		"network":   {"network", "ls", "--no-trunc", "--format", `{{.ID}} {{.Name}} {{.Label "spabench.owner"}}`},
		"volume":    {"volume", "ls", "--format", `{{.Name}} . {{.Label "spabench.owner"}}`},
		"image":     {"images", "--no-trunc", "--format", "{{.ID}} {{.Repository}}:{{.Tag}} "},
	} {
		for line := range strings.Lines(docker(t, args...)) {
			fields := strings.Fields(line)
			if owned := len(fields) == 3; owned && fields[2] != strconv.Itoa(os.Getpid()) {
				continue
			}
			all = append(all, what+" "+strings.Join(fields, " "))
		}
	}
	slices.Sort(all)
	return all
}

// keptTheCensus fails the test unless all that was on the engine is there still, and nothing else but what is
// documented to be kept: images with a name of the project's, and untagged ones with its label.
func keptTheCensus(t *testing.T, before []string) {
	t.Helper()
	after, all := census(t), strings.Fields(docker(t, "images", "--all", "--no-trunc", "--quiet"))
	for _, was := range before {
		id := strings.Fields(was)[1]
		unnamed := strings.HasSuffix(was, "<none>:<none>") // and may be named, or the base of another image, by now
		if !slices.Contains(after, was) && !(unnamed && slices.Contains(all, id)) {
			t.Errorf("it is gone: %s", was)
		}
	}
	cached := strings.Fields(docker(t, "images", "--no-trunc", "--quiet", "--filter", "dangling=true", "--filter",
		"label=spabench.stage"))
	for _, is := range after {
		fields := strings.Fields(is)
		named := strings.HasPrefix(fields[2], lab.TestPrefix+"/")
		ours := fields[0] == "image" && (named || slices.Contains(cached, fields[1]))
		if !slices.Contains(before, is) && !ours {
			t.Errorf("it was left behind: %s", is)
		}
	}
}

// bystanders are somebody's image, untagged image, containers, network and volumes, with names that look like the
// project's. They are removed when the test is over.
type bystanders struct {
	image, volume string
	data          string // the folder of the volume, which has one file
}

func stand(t *testing.T, program string) bystanders {
	t.Helper()
	b := bystanders{image: "spabench-mine/added-strange-0:latest", volume: "spabench-0-1-mine_data"}
	tar := filepath.Join(t.TempDir(), "image.tar")
	if out, err := exec.Command("tar", "-cf", tar, "-C", program, "strange").CombinedOutput(); err != nil {
		t.Fatalf("tar: %v\n%s", err, out)
	}
	remove := func(args ...string) { t.Cleanup(func() { docker(t, args...) }) }
	docker(t, "import", "--change", "ENTRYPOINT [\"/strange\"]", tar, b.image)
	remove("rmi", b.image)
	remove("rmi", docker(t, "import", "--change", "CMD [\"/strange\"]", tar))
	docker(t, "volume", "create", b.volume)
	remove("volume", "rm", b.volume)
	docker(t, "network", "create", "spabench-0-2-mine")
	remove("network", "rm", "spabench-0-2-mine")
	docker(t, "create", "--name", "spabench-0-3-mine", "--volume", "/anonymous", b.image)
	remove("rm", "--volumes", "spabench-0-3-mine")
	docker(t, "run", "--detach", "--name", "spabench-0-4-mine", "--volume", b.volume+":/data", b.image, "-data=/data")
	remove("rm", "--force", "spabench-0-4-mine")
	b.data = docker(t, "volume", "inspect", "--format", "{{.Mountpoint}}", b.volume)
	return b
}
