package opening

import (
	"os"
	"testing"

	"spabench/harness/chromium/chromiumtest"
)

func TestMain(m *testing.M) { os.Exit(chromiumtest.Unwatching(m).Run()) }
