package lab

import (
	"os"
	"testing"

	"spabench/harness/internal/alone"
)

func TestMain(m *testing.M) { os.Exit(alone.Run(m, Environment())) }
