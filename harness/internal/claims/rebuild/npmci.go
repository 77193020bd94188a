package rebuild

import (
	"context"
	"fmt"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

// NpmCI tests whether two clean builds with npm ci are the same.
func NpmCI() claim.Claim {
	return claim.Claim{
		ID:    "npm-ci-reproducible",
		Words: "npm ci is reproducible: the same lock file gives the same build.",
		Test: "Build the app twice without a layer cache, and compare all files byte for byte, and the layers. Then " +
			"make package.json ask for a version that package-lock.json does not have, and run npm ci and npm install",
		Run: func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
			seen, err := observeNpmCI(ctx, b)
			if err != nil {
				return record.Judgement{}, err
			}
			return record.Judgement{Verdict: judgeNpmCI(seen), Observed: record.Observed{NpmCI: &seen}}, nil
		},
	}
}

// judgeNpmCI judges by the build's files and the installed packages, and by whether npm ci refuses another lock file.
// The claim is about the build: where that differs, it is refuted.
func judgeNpmCI(seen record.NpmCIObserved) record.Verdict {
	if !seen.Build.Same() {
		return record.Refuted
	}
	return claim.VerdictOf(true, seen.Packages.Same(), seen.Mismatch.Refused())
}

func observeNpmCI(ctx context.Context, b *claim.Bench) (seen record.NpmCIObserved, err error) {
	builds := b.Lab.Rebuilds("npm-ci")
	defer rig.CleanUp(ctx, &err, builds.Remove)
	var refs [2]string
	if seen.Layers, refs, err = buildTwice(ctx, b, builds); err != nil {
		return seen, err
	}
	if err := compareImages(ctx, b, refs, &seen); err != nil {
		return seen, err
	}
	seen.Mismatch, err = runMismatch(ctx, b, builds, refs[0])
	return seen, err
}

// appStage is the stage that installs and builds.
const appStage = "spa"

// buildTwice builds the app's stage twice from nothing but its base, and returns the layers above that and both images.
// The base is one of its own: otherwise other builds would find in the layer cache what these make and then remove.
func buildTwice(
	ctx context.Context, b *claim.Bench, builds *lab.Rebuilds,
) (layers []record.ComparedLayer, refs [2]string, err error) {
	const arg = "NODE_IMAGE"
	node := rig.BaseImage(b.Lab, arg)
	if node.Image == "" {
		return nil, refs, fmt.Errorf("no base image for %s", arg)
	}
	base, err := updatedBase(ctx, builds, node, newMark())
	if err != nil {
		return nil, refs, err
	}
	for i, tag := range []string{"first", "second"} {
		b.Progress.Line("building the app without a cache for the %s time", tag)
		ref, steps, err := builds.Build(ctx, lab.Rebuild{
			Context: b.Lab.Root(), Dockerfile: "dockerfiles/spa.Dockerfile", Stage: appStage, Tag: tag,
			Args: map[string]string{arg: base}, NoCache: true,
		})
		if err != nil {
			return nil, refs, err
		}
		made, err := layersOf(ctx, b.Lab, steps)
		if err != nil {
			return nil, refs, err
		}
		refs[i] = ref
		if i == 0 {
			layers = make([]record.ComparedLayer, len(made))
		} else if len(made) != len(layers) {
			return nil, refs, fmt.Errorf("the first build made %d layers, and the second %d", len(layers), len(made))
		}
		for at, m := range made {
			layers[at].Instruction, layers[at].IDs[i] = m.instruction, m.id
		}
	}
	return layers, refs, nil
}

// madeLayer is a layer and the instruction that made it.
type madeLayer struct{ instruction, id string }

// layersOf returns the layers that a build without the layer cache made. An instruction that makes an image, but no
// layer, has as many layers as the image before it.
func layersOf(ctx context.Context, l *lab.Lab, steps []lab.Step) (made []madeLayer, err error) {
	below := 0 // how many layers the image before has
	for _, s := range steps {
		if s.Image == "" {
			continue
		}
		ids, err := l.LayerIDs(ctx, s.Image)
		if err != nil {
			return nil, err
		}
		if s.Builds() && s.Cached {
			return nil, fmt.Errorf("%s came from the layer cache, which was not to be used", s.Instruction)
		}
		if s.Builds() && len(ids) > below {
			made = append(made, madeLayer{s.Instruction, ids[len(ids)-1]})
		}
		below = len(ids)
	}
	return made, nil
}
