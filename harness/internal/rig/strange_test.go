package rig_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/rig/rigtest"
	"spabench/harness/spatest"
)

// strange is a server with a habit.
type strange struct {
	flags   string // of testdata/strange
	image   string // more instructions of its Dockerfile
	compose string // lines of its service in a Compose file; "" for a server that is a Dockerfile
	volumes string // the Compose file's
	environ map[string]string
	within  time.Duration // the start timeout; 0 for the usual one

	refused string // what the error says; "" if it is started
	log     string // what the end of its output says then
	never   string // what neither of them says
	works   func(t *testing.T, url string)
}

const secret = "sesame-open-yourself"

func strangers(mine bystanders) map[string]strange {
	const soon = 4 * time.Second
	secrets := map[string]string{"TOKEN": secret}
	return map[string]strange{
		"runs as root":  {flags: "-root", works: responds(http.StatusOK, "")},
		"has no root":   {image: "USER 65534:65534\n", works: responds(http.StatusOK, "")},
		"listens late":  {flags: "-late=32s", works: responds(http.StatusOK, "")},
		"forks workers": {flags: "-workers=3", works: servesInChildren},
		"supervises":    {flags: "-supervise", works: changesProcess},

		"writes much": {flags: "-noise", works: boundedOutput},
		"writes much and never listens": {
			flags: "-noise -late=1h", within: soon, refused: "no response within 4", log: `(?m)^[2-9]\d\d noise`,
		},

		"needs a volume": {image: "VOLUME /data\n", flags: "-data=/data", works: responds(http.StatusOK, "")},
		"has volumes": {
			compose: "volumes: [\"data:/data\", \"mine:/mine\", \"/anonymous\"]", flags: "-data=/data",
			volumes: "volumes: {data: {name: " + mine.volume + "},\n  mine: {external: true, name: " + mine.volume + "}}\n",
			works:   responds(http.StatusOK, ""),
		},

		"needs a secret": {flags: "-needs=TOKEN", environ: secrets, works: responds(http.StatusOK, "")},
		"tells its secret": {
			flags: "-tell=TOKEN", environ: secrets,
			refused: "exited by itself with exit code 4", log: `the value is \$\{TOKEN\}`, never: secret,
		},
		"tells a secret of its Compose file": {
			compose: "environment: {TOKEN: \"${TOKEN}\", OTHER: another-one}", flags: "-tell=OTHER", environ: secrets,
			refused: "exited by itself with exit code 4", log: `the value is \$\{OTHER\}`, never: "another-one",
		},

		"fails at first": {flags: "-flaky", refused: "exited by itself with exit code 1", log: "not this time"},
		"fails at first and is restarted": {
			compose: "restart: on-failure", flags: "-flaky", works: responds(http.StatusOK, ""),
		},
		"fails again and again": {
			compose: "restart: always", flags: "-needs=NOTHING", within: soon,
			refused: "has exited by itself and was restarted", log: "NOTHING is not set",
		},
		"takes all memory": {
			compose: "mem_limit: 48m\n    memswap_limit: 48m", flags: "-greedy",
			refused: "ran out of memory and was killed (exit code 137)",
		},

		"listens on 127.0.0.1": { // with the usual patience, which ends early
			flags: "-address=127.0.0.1:8080", refused: "it listens at 127.0.0.1:8080 alone", never: "within 2m",
		},
		"listens on 127.0.0.1 in a project": {
			compose: "restart: always", flags: "-address=127.0.0.1:8080", within: soon,
			refused: "it listens at 127.0.0.1:8080 alone, which only its own container reaches: let it listen at 0",
		},
		"listens on IPv6": {
			flags: "-network=tcp6", within: soon,
			refused: "it listens at [::]:8080 for IPv6 alone, and is reached over IPv4",
		},
		"listens elsewhere": {
			flags: "-address=:3000", within: soon, refused: "it listens at [::]:3000, but not on port 8080",
		},

		"redirects to https":   {flags: "-https", works: responds(http.StatusMovedPermanently, "")},
		"asks for credentials": {flags: "-status=401", works: responds(http.StatusUnauthorized, "")},
		"knows its Host name": {flags: "-host=shop.test", works: func(t *testing.T, url string) {
			t.Helper()
			responds(http.StatusMisdirectedRequest, "")(t, url)
			responds(http.StatusOK, "shop.test")(t, url)
		}},
	}
}

// TestStrange starts servers with the habits of strangers. Each of them works, or is refused with a sentence that says
// why. Nothing of them is left, and nothing that was on the engine before is changed or gone.
func TestStrange(t *testing.T) {
	g := rigtest.Open(t)
	dir := rigtest.Strange(t)
	mine := stand(t, dir)
	before := census(t)
	t.Run("group", func(t *testing.T) {
		n := 0
		for name, s := range strangers(mine) {
			n++
			a := s.added(t, dir, "strange-"+strconv.Itoa(n))
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s.test(t, g.Lab, a)
			})
		}
	})
	rigtest.NothingLeft(t)
	keptTheCensus(t, before)
	if entries, err := os.ReadDir(mine.data); err != nil || len(entries) != 1 {
		t.Errorf("a volume that is not the harness's has %v, %v; want the one file that it had", entries, err)
	}
}

// added writes the server's Dockerfile, and its Compose file, beside the program.
func (s strange) added(t *testing.T, dir, name string) rig.Added {
	t.Helper()
	a := rig.Added{Name: name, Environ: s.environ}
	write := func(file, text string) {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	command := `["` + strings.Join(strings.Fields(s.flags), `", "`) + `"]`
	if s.flags == "" {
		command = "[]"
	}
	write(name+".Dockerfile", rigtest.StrangeImage+s.image+"CMD "+command+"\n")
	if s.compose == "" {
		a.Source = lab.Source{Context: dir, Dockerfile: name + ".Dockerfile"}
		return a
	}
	write(name+".yaml", fmt.Sprintf("services:\n  web:\n    build: {context: ., dockerfile: %s.Dockerfile}\n    %s\n%s",
		name, s.compose, s.volumes))
	a.Source = lab.Source{Compose: filepath.Join(dir, name+".yaml"), Entry: "web"}
	return a
}

func (s strange) test(t *testing.T, l *lab.Lab, a rig.Added) {
	t.Helper()
	g, log := rig.New(l), ""
	g.StartTimeout = s.within
	err := g.WithAdded(t.Context(), a, func(url string, h spatest.Host) error {
		if s.works == nil {
			return fmt.Errorf("it was started")
		}
		s.works(t, url)
		again, err := h.Start(t.Context(), spatest.Current) // side by side
		if err != nil {
			return err
		}
		return again.Close(context.WithoutCancel(t.Context()))
	}, &log)
	said := fmt.Sprintf("%v\n%s", err, log)
	switch {
	case s.works != nil && err != nil:
		t.Error(said)
	case s.works == nil && (err == nil || !strings.Contains(err.Error(), s.refused)):
		t.Errorf("%s\nwant an error that says: %s", said, s.refused)
	case s.log != "" && !regexp.MustCompile(s.log).MatchString(log):
		t.Errorf("%.4000s\nwant output that matches %s", said, s.log)
	case s.never != "" && strings.Contains(said+a.String(), s.never):
		t.Errorf("%s\nit says %q", said, s.never)
	}
}

// TestRestarted holds that a server which ends while it is measured, and which the engine restarts, is found out.
func TestRestarted(t *testing.T) {
	g := rigtest.Open(t)
	dir := rigtest.Strange(t)
	a := strange{flags: "-lives=3s", compose: "restart: always"}.added(t, dir, "strange-mortal")
	v, b, img := g.BuildAdded(t.Context(), a)
	if b.Err != "" {
		t.Fatal(b.Err, b.Log)
	}
	r, err := g.Lab.Create(t.Context(), v, lab.Options{Refs: img.IDs, Stack: g.Stack(v), CPUSet: "0"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := r.Remove(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	if err := g.Start(t.Context(), r, v); err != nil {
		t.Fatal(err)
	}
	if err := rig.ExitError(t.Context(), r); err != nil {
		t.Errorf("when it has just been started: %v", err)
	}
	time.Sleep(5 * time.Second)
	if err := rig.ExitError(t.Context(), r); err == nil || !strings.Contains(err.Error(), "the engine restarted it") {
		t.Errorf("when it has ended once: %v", err)
	}
}
