package claims

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/inventory"
	"spabench/harness/internal/record"
)

// inventories looks into the images of all strategies.
func inventories(ctx context.Context, b *claim.Bench) ([]inventory.Variant, error) {
	var all []inventory.Variant
	for _, v := range b.Strategies() {
		of, err := b.Inventory(ctx, v)
		if err != nil {
			return nil, fmt.Errorf("inspect the images of %s: %w", v.Name, err)
		}
		all = append(all, of)
	}
	return all, nil
}

// runsPython reports whether a container of the variant runs its program with a Python interpreter.
func runsPython(v inventory.Variant) bool {
	return slices.ContainsFunc(v.Images, func(i inventory.Image) bool {
		return strings.Contains(i.Entry.Interpreter, "python")
	})
}

func leftoversClaim() claim.Claim {
	return claim.Claim{
		ID:    "no-build-tools",
		Words: "No Node.js, npm, node_modules, sources or compilers are in the final image.",
		Test: "Read every file in the final file system of each variant's images, and look for such programs, " +
			"folders and sources",
		Run: func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
			all, err := inventories(ctx, b)
			if err != nil {
				return record.Judgement{}, err
			}
			seen := observeLeftovers(all)
			return record.Judgement{Verdict: judgeLeftovers(seen), Observed: record.Observed{Leftovers: &seen}}, nil
		},
	}
}

// leftoverKinds are the kinds of files that a build needs and a server does not.
func leftoverKinds() []inventory.Kind { return append(inventory.BuildKinds(), inventory.Source) }

func observeLeftovers(all []inventory.Variant) record.LeftoversObserved {
	var seen record.LeftoversObserved
	for _, k := range leftoverKinds() {
		seen.Kinds = append(seen.Kinds, string(k))
	}
	for _, v := range all {
		facts := v.Facts()
		of := record.VariantLeftovers{Variant: v.Name, Shells: len(facts.Shells)}
		for _, img := range v.Images {
			of.Files += img.Files
		}
		for _, l := range facts.Leftovers {
			of.Found = append(of.Found, record.Leftover{Container: l.Container, Kind: string(l.Kind), Path: l.Path})
		}
		seen.Variants = append(seen.Variants, of)
	}
	return seen
}

// judgeLeftovers asks of each variant that nothing was found.
func judgeLeftovers(seen record.LeftoversObserved) record.Verdict {
	var clean []bool
	for _, v := range seen.Variants {
		clean = append(clean, len(v.Found) == 0)
	}
	return claim.VerdictOf(clean...)
}

func runtimeClaim() claim.Claim {
	return claim.Claim{
		ID:    "runtime-dependencies",
		Words: "A Python image needs an interpreter and its packages at run time; a Go binary needs nothing.",
		Test: "Read what each container starts and which libraries it is linked with, which packages the images " +
			"have, and what their users can write to. Then start each variant with a read-only file system, without " +
			"capabilities or new privileges, and request the page, the API, and a write",
		Run: func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
			all, err := inventories(ctx, b)
			if err != nil {
				return record.Judgement{}, err
			}
			seen := observeRuntime(all)
			return record.Judgement{Verdict: judgeRuntime(seen), Observed: record.Observed{Runtime: &seen}}, nil
		},
	}
}

func observeRuntime(all []inventory.Variant) record.RuntimeObserved {
	var seen record.RuntimeObserved
	for _, v := range all {
		facts := v.Facts()
		of := record.VariantRuntime{
			Variant: v.Name, Images: len(v.Images), Python: runsPython(v), Static: facts.Static,
			Libraries: len(facts.Libraries), Packages: map[string]int{}, Shells: len(facts.Shells),
			Users: slices.Compact(facts.Users), Hardened: facts.Hardened,
		}
		for _, img := range v.Images {
			if img.Entry.Interpreter != "" {
				of.Interpreter = img.Entry.Interpreter
			}
		}
		for manager, n := range facts.Packages {
			of.Packages[string(manager)] = n
		}
		for _, place := range facts.Writable {
			if !slices.Contains(of.Writable, place.Path) {
				of.Writable = append(of.Writable, place.Path)
			}
		}
		if v.Hardened != nil {
			of.HardenedErr = v.Hardened.Err
		}
		seen.Variants = append(seen.Variants, of)
	}
	return seen
}

// judgeRuntime asks whether each Go image stands alone, and whether each variant that runs Python has Python packages.
func judgeRuntime(seen record.RuntimeObserved) record.Verdict {
	alone, needy := true, true
	for _, v := range seen.Variants {
		switch {
		case v.Python:
			needy = needy && v.Packages[string(inventory.Pip)] > 0
		case v.Images == 1: // the claim is about one image
			alone = alone && v.Standalone()
		}
	}
	return claim.VerdictOf(alone, needy)
}
