// Command generator is the load generator that runs in a container of its own. `generator wait` keeps the container
// alive until it is stopped; `generator attack SPEC`, run beside it, makes one attack and writes what it measured
// as one line of JSON.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"spabench/harness/internal/load"
)

func main() {
	// Room for the pacer's thread, which waits in the kernel: on one CPU, Go would have a single processor,
	// and the waiting thread would hold it until the scheduler notices.
	runtime.GOMAXPROCS(max(4, runtime.NumCPU()+1))
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "generator:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	switch {
	case len(args) == 1 && args[0] == "wait":
		<-ctx.Done()
		return nil
	case len(args) == 2 && args[0] == "attack":
		spec, err := load.ParseSpec(args[1])
		if err != nil {
			return err
		}
		got, err := load.Attack(ctx, spec)
		if err != nil {
			return err
		}
		return json.NewEncoder(os.Stdout).Encode(got)
	}
	return fmt.Errorf("usage: generator wait | generator attack SPEC")
}
