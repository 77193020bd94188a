//go:build unix

// The planted server runs in Linux containers. Its tests use what only Unix has: the CPU time of a process, and
// SIGTERM.

package main

import (
	"io"
	"net"
	"net/http"
	"path/filepath"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"spabench/variants/fiber/app"
	"spabench/variants/fiber/database"
)

// answering returns a function that runs a server's whole handler, with the planted one before, but without a
// connection.
func answering(before fiber.Handler) func() {
	server := fiber.New()
	if before != nil {
		server.Use(before)
	}
	server.Get("/", func(c *fiber.Ctx) error { return c.SendString("page") })
	handler := server.Handler()
	return func() {
		var c fasthttp.RequestCtx
		c.Request.SetRequestURI("/")
		handler(&c)
		if string(c.Response.Body()) != "page" {
			panic("the answer is wrong: " + c.Response.String())
		}
	}
}

// spent returns the CPU time per request of this process.
func spent(t *testing.T, answer func(), requests int) time.Duration {
	t.Helper()
	cpu := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			t.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	began := cpu()
	for range requests {
		answer()
	}
	return (cpu() - began) / time.Duration(requests)
}

// Every request burns about the CPU time that was given. The bounds are wide, because other processes slow the
// processor down, also while the server measures its speed at startup.
func TestBurning(t *testing.T) {
	p, err := readPlant("cpu", "100us", "")
	if err != nil {
		t.Fatal(err)
	}
	const requests = 3000
	more := spent(t, answering(p.before), requests) - spent(t, answering(nil), requests)
	if more < 60*time.Microsecond || more > 200*time.Microsecond {
		t.Errorf("each request burns %s, want about 100µs", more)
	}
}

func TestPerTurnIsQuick(t *testing.T) {
	began := time.Now()
	perTurn()
	if took := time.Since(began); took > 20*time.Millisecond {
		t.Errorf("delays the start, which is measured, by %s", took)
	}
}

// One answer in 50 is delayed by 2 ms.
func TestDelaying(t *testing.T) {
	p, err := readPlant("tail", "", "")
	if err != nil {
		t.Fatal(err)
	}
	answer := answering(p.before)
	var late []int
	for n := 1; n <= 500; n++ {
		began := time.Now()
		answer()
		if time.Since(began) >= 2*time.Millisecond {
			late = append(late, n)
		}
	}
	want := map[int]bool{}
	for n := 50; n <= 500; n += 50 {
		want[n] = true
	}
	for _, n := range late {
		delete(want, n)
	}
	if len(want) > 0 || len(late) > 15 { // a busy machine may delay others as well
		t.Errorf("delayed requests: %d", late)
	}
}

// The server serves page and API with every regression, and only PLANT=start delays the start.
func TestServesRight(t *testing.T) {
	files, err := app.Embedded(fstest.MapFS{"index.html": {Data: []byte("the page")}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "books.db")
	if err := database.Seed("../../books.sql", path); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", "cpu", "tail", "start"} {
		t.Run("plant "+name, func(t *testing.T) {
			p, err := readPlant(name, "10us", "0.5")
			if err != nil {
				t.Fatal(err)
			}
			db, err := database.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			_, port, _ := net.SplitHostPort(listener.Addr().String())
			listener.Close()
			began := time.Now()
			ended := make(chan error, 1)
			go func() { ended <- p.run(app.Config{Files: files, Database: db}, port) }()
			fetch := func(path string) (int, string) {
				response, err := http.Get("http://127.0.0.1:" + port + path)
				if err != nil {
					return 0, err.Error()
				}
				defer response.Body.Close()
				body, _ := io.ReadAll(response.Body)
				return response.StatusCode, string(body)
			}
			status, body := fetch("/")
			for status == 0 && time.Since(began) < 10*time.Second {
				time.Sleep(time.Millisecond)
				status, body = fetch("/")
			}
			if took := time.Since(began); name == "start" && took < 50*time.Millisecond {
				t.Errorf("listens after %s", took)
			}
			if status != 200 || body != "the page" {
				t.Errorf("the page: %d %q", status, body)
			}
			for range 60 {
				if status, body := fetch("/api/books/1"); status != 200 || len(body) == 0 {
					t.Fatalf("the API: %d %q", status, body)
				}
			}
			if status, _ := fetch("/assets/none.js"); status != 404 {
				t.Errorf("a missing asset: %d", status)
			}
			if err := syscall.Kill(syscall.Getpid(), syscall.SIGTERM); err != nil { // run handles it
				t.Fatal(err)
			}
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
}

// PLANT_PART scales what is burnt.
func TestBurnt(t *testing.T) {
	for part, want := range map[string]time.Duration{"": 9_000, "1": 9_000, "0.5": 4_500} {
		if got, err := burnt("9us", part); got != want || err != nil {
			t.Errorf("the part %q: %s, %v; want %s", part, got, err, want)
		}
	}
}

func TestReadPlantRefuses(t *testing.T) {
	for _, tc := range []struct{ name, cpu, part string }{
		{"memory", "", ""}, {"cpu", "", ""}, {"cpu", "9", ""}, {"cpu", "-1us", ""},
		{"cpu", "9us", "half"}, {"cpu", "9us", "0"}, {"cpu", "9us", "2"}, {"cpu", "9us", "NaN"},
	} {
		if p, err := readPlant(tc.name, tc.cpu, tc.part); err == nil {
			t.Errorf("%q with %q of %q: %+v", tc.name, tc.part, tc.cpu, p)
		}
	}
}
