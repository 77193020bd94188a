package claims

import (
	"fmt"
	"slices"

	"spabench/harness/internal/claims/bases"
	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/claims/compose"
	"spabench/harness/internal/claims/origin"
	"spabench/harness/internal/claims/rebuild"
	"spabench/harness/internal/claims/tamper"
	"spabench/harness/internal/claims/update"
	"spabench/harness/internal/nearest"
)

// All returns the claims in the order of the published table. Their numbers are their places in it.
func All() []claim.Claim {
	return []claim.Claim{
		oneContainerClaim(),
		leftoversClaim(),
		rebuild.NpmCI(),
		rebuild.LayerCaching(),
		imageSizeClaim(),
		runtimeClaim(),
		tamper.FileIntegrity(),
		update.Updates(),
		compose.HotReload(),
		compose.SeedFirst(),
		lastStageClaim(),
		compose.AnonymousVolume(),
		compose.MountPrecedence(),
		capacityClaim(),
		splitLaterClaim(),
		origin.NoCORS(),
		bases.StaticBinary(),
		bases.BuildArguments(),
		anyFrontClaim(),
	}
}

// IDs returns the ids of all claims.
func IDs() []string {
	var ids []string
	for _, c := range All() {
		ids = append(ids, c.ID)
	}
	return ids
}

// selectClaims returns the claims with these ids in their order; all, when none is named.
func selectClaims(ids []string) ([]claim.Claim, error) {
	all := All()
	for _, id := range ids {
		if !slices.Contains(IDs(), id) {
			return nil, fmt.Errorf("unknown claim %q%s (spabench claims --list)",
				id, nearest.Suggestion(id, IDs()))
		}
	}
	if len(ids) == 0 {
		return all, nil
	}
	return slices.DeleteFunc(all, func(c claim.Claim) bool { return !slices.Contains(ids, c.ID) }), nil
}
