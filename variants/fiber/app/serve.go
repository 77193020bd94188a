package app

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/gofiber/fiber/v2"
)

// shutdownGrace is how long requests in flight may take to finish at shutdown: the
// longest answer of the API is an event stream of 20 s. An orchestrator with a
// shorter grace period kills the process earlier.
const shutdownGrace = 25 * time.Second

// Environment is what a server reads from its environment variables.
type Environment struct {
	Port     string // PORT, default 8080
	Dist     string // DIST, the folder of the build, default /srv/dist
	Database string // DATABASE, the SQLite file, default /data/books.db
	Dev      bool   // DEV=true: the embedded server serves the folder instead

	// See [Allow]; the default allows no origin.
	AllowOrigin string // ALLOW_ORIGIN
	AllowMaxAge string // ALLOW_MAX_AGE
}

// ReadEnvironment never fails: every variable has a default.
func ReadEnvironment() Environment {
	return Environment{
		Port:     variable("PORT", "8080"),
		Dist:     variable("DIST", "/srv/dist"),
		Database: variable("DATABASE", "/data/books.db"),
		Dev:      os.Getenv("DEV") == "true",

		AllowOrigin: os.Getenv("ALLOW_ORIGIN"),
		AllowMaxAge: os.Getenv("ALLOW_MAX_AGE"),
	}
}

func variable(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

// Run serves on the port until SIGTERM or an interrupt, and then lets requests
// in flight finish. The error is nil if all of them did.
func Run(config Config, port string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	server, err := New(config)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", ":"+port)
	if err != nil {
		return fmt.Errorf("listen on port %s: %w", port, err)
	}
	return serve(ctx, server, listener)
}

// Serve serves on the listener until the context ends, and then lets requests in flight finish, as [Run] does.
func Serve(ctx context.Context, config Config, listener net.Listener) error {
	server, err := New(config)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	return serve(ctx, server, listener)
}

func serve(ctx context.Context, server *fiber.App, listener net.Listener) error {
	ended := make(chan error, 1)
	go func() { ended <- server.Listener(listener) }()
	logf("listening on %s", listener.Addr())
	select {
	case err := <-ended:
		return fmt.Errorf("serve on %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	if err := server.ShutdownWithTimeout(shutdownGrace); err != nil {
		return fmt.Errorf("stop: requests were still in flight after %s: %w", shutdownGrace, err)
	}
	return nil
}

func logf(format string, values ...any) { log.Printf(format, values...) }
