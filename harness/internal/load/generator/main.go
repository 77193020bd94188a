// Command generator is the load generator, which runs in a container of its own. `generator wait` keeps the container
// alive until it is stopped. The other commands run in the same container, and each writes its results as one line of
// JSON:
//
//	generator interleave FILE   runs the load in the file, under which several servers take turns
//	generator calibrate SPEC    measures the generator itself
//	generator knee SEARCH       finds the SLO capacity: the highest rate that meets an objective
//	generator sustain FILE      finds the highest rate, up to a given one, that a server keeps up with
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"spabench/harness/internal/load"
)

func main() {
	// The pacer's thread waits in the kernel. With a single processor, as Go would have on one CPU, the waiting thread
	// would occupy it until the scheduler notices.
	runtime.GOMAXPROCS(max(4, runtime.NumCPU()+1))
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "generator:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 1 && args[0] == "wait" {
		<-ctx.Done()
		return nil
	}
	if len(args) != 2 {
		return errUsage
	}
	var got any
	var err error
	switch args[0] {
	case "calibrate":
		var spec load.Spec
		if spec, err = load.ParseSpec(args[1]); err != nil {
			return err
		}
		got, err = load.Calibrate(ctx, spec)
	case "interleave":
		var text []byte
		if text, err = os.ReadFile(args[1]); err != nil {
			return err
		}
		var interleaved load.Interleaved
		if interleaved, err = load.ParseInterleaved(text); err != nil {
			return err
		}
		got, err = load.Interleave(ctx, interleaved)
	case "knee":
		var search load.Search
		if search, err = load.ParseSearch(args[1]); err != nil {
			return err
		}
		got, err = load.FindCapacity(ctx, search)
	case "sustain":
		var text []byte
		if text, err = os.ReadFile(args[1]); err != nil {
			return err
		}
		var search load.Sustain
		if search, err = load.ParseSustain(text); err != nil {
			return err
		}
		got, err = load.FindSustained(ctx, search)
	default:
		return errUsage
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(got)
}

var errUsage = errors.New("usage: generator wait | interleave FILE | calibrate SPEC | knee SEARCH | sustain FILE")
