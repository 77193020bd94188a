package table

import "spabench/harness/internal/record"

// rebuildClaim is the claim that edits the sources of each variant and builds it again.
const rebuildClaim = "layer-caching"

// EditCosts is the table of what an edit of each kind costs each variant, from a run that tested the claim layer-caching;
// false where it did not. The kind is in the first column, the variant in the second.
func EditCosts(run record.Claims) (Filled, bool) {
	view, err := ViewClaims(run)
	if err != nil {
		return Filled{}, false
	}
	for _, c := range view.Claims {
		if c.ID == rebuildClaim && len(c.Sheets) > 0 {
			return c.Sheets[0], true
		}
	}
	return Filled{}, false
}
