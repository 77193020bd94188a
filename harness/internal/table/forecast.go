package table

import (
	"fmt"

	"spabench/harness/internal/stat"
)

// matters is the relative difference that more rounds are forecast for.
const matters = 0.05

// forecast is how many more rounds would have told a difference of the size that matters; not known of a single round,
// and of so much noise that no reasonable number would.
type forecast struct {
	rounds int
	known  bool
}

func foretell(ratios []float64, confidence float64) forecast {
	n, ok := stat.MoreRounds(ratios, confidence, matters)
	return forecast{n, ok}
}

// untold stands where no difference was detected: ~, with how many more rounds would have told one that matters.
func (f forecast) untold() string {
	if !f.known {
		return "~"
	}
	return fmt.Sprintf("~ (+%d)", f.rounds)
}
