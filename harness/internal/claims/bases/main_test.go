package bases

import (
	"testing"

	"spabench/harness/internal/rig/rigtest"
)

func TestMain(m *testing.M) { rigtest.Main(m) }
