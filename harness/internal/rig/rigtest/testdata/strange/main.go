// Strange is a server of a page with the habits that people's own servers have. A test builds it and puts it into an
// image that has nothing else.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const (
	page   = `<!doctype html><html lang="en"><head><title>strange</title><script src="/app.js"></script></head></html>`
	script = `document.title = "stranger"`
)

var (
	network = flag.String("network", "tcp", "tcp6 listens on IPv6 alone")
	address = flag.String("address", ":8080", "where to listen")
	late    = flag.Duration("late", 0, "listen only after this time")

	noise  = flag.Bool("noise", false, "write a megabyte a second to standard output")
	greedy = flag.Bool("greedy", false, "take memory until there is none")
	data   = flag.String("data", "", "a folder that must be writable, and empty at the start")
	needs  = flag.String("needs", "", "a variable of the environment, without which it ends with exit code 3")
	tell   = flag.String("tell", "", "a variable whose value it prints before it ends with exit code 4")
	asRoot = flag.Bool("root", false, "do what only root may")

	flaky     = flag.Bool("flaky", false, "end with exit code 1 when it is started for the first time")
	lives     = flag.Duration("lives", 0, "end with exit code 5 after this time")
	supervise = flag.Bool("supervise", false, "serve in a child process, and start it again whenever it ends")
	workers   = flag.Int("workers", 0, "serve in this number of child processes, which share a socket")
	worker    = flag.Bool("worker", false, "be one of them")

	status = flag.Int("status", 0, "respond with this status to every request")
	https  = flag.Bool("https", false, "redirect every request to https")
	host   = flag.String("host", "", "refuse every other Host name")
)

func main() {
	log.SetFlags(0)
	flag.Parse()
	prepare()
	switch {
	case *supervise:
		for {
			if err := child("-lives=1s").Run(); err != nil {
				log.Print("the child ended: ", err)
			}
		}
	case *workers > 0:
		fork(listen())
	case *worker:
		l, err := net.FileListener(os.NewFile(3, "socket"))
		check(err)
		check(http.Serve(l, http.HandlerFunc(respond)))
	}
	if *lives > 0 {
		time.AfterFunc(*lives, func() { os.Exit(5) })
	}
	check(http.Serve(listen(), http.HandlerFunc(respond)))
}

// prepare does what comes before a server listens.
func prepare() {
	if *noise {
		go func() {
			line := append(bytes.Repeat([]byte("noise "), 1<<10), '\n')
			for i := 0; ; i++ {
				_, err := fmt.Printf("%d %s", i, line)
				check(err)
				time.Sleep(time.Duration(len(line)) * time.Second / (1 << 20))
			}
		}()
	}
	if *tell != "" {
		fmt.Println("the value is", os.Getenv(*tell))
		os.Exit(4)
	}
	if *needs != "" && os.Getenv(*needs) == "" {
		log.Printf("%s is not set", *needs)
		os.Exit(3)
	}
	if *data != "" {
		entries, err := os.ReadDir(*data)
		check(err)
		if len(entries) > 0 {
			log.Fatalf("%s is not empty: %v", *data, entries)
		}
		check(os.WriteFile(filepath.Join(*data, "written"), []byte("by the server"), 0o600))
	}
	if *asRoot {
		check(os.WriteFile("/of-root", nil, 0o600))
		check(os.Chown("/of-root", 1000, 1000))
	}
	if *flaky {
		if _, err := os.Stat("/started"); err != nil {
			check(os.WriteFile("/started", nil, 0o600))
			log.Print("not this time")
			os.Exit(1)
		}
	}
	for taken := [][]byte(nil); *greedy; {
		b := make([]byte, 8<<20)
		for i := 0; i < len(b); i += 4096 {
			b[i] = 1
		}
		taken = append(taken, b)
	}
	time.Sleep(*late)
}

func listen() net.Listener {
	l, err := net.Listen(*network, *address)
	check(err)
	return l
}

// child is this program again, without the flags that it was started with.
func child(args ...string) *exec.Cmd {
	c := exec.Command("/proc/self/exe", args...)
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	return c
}

// fork serves in child processes.
func fork(l net.Listener) {
	socket, err := l.(*net.TCPListener).File()
	check(err)
	for range *workers {
		c := child("-worker")
		c.ExtraFiles = []*os.File{socket}
		check(c.Start())
		defer func() { check(c.Wait()) }()
	}
}

func respond(w http.ResponseWriter, r *http.Request) {
	name, _, _ := strings.Cut(r.Host, ":")
	if r.URL.Path == "/slow" {
		time.Sleep(1500 * time.Millisecond)
	}
	switch {
	case *host != "" && name != *host:
		http.Error(w, "no such site", http.StatusMisdirectedRequest)
	case *https:
		http.Redirect(w, r, "https://"+r.Host+r.URL.Path, http.StatusMovedPermanently)
	case *status != 0:
		w.WriteHeader(*status)
	case r.URL.Path == "/app.js":
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		_, _ = w.Write([]byte(script))
	default:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Process", fmt.Sprint(os.Getpid()))
		_, _ = w.Write([]byte(page))
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
