package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/moby/moby/client"
)

// builtImage is how the classic builder says which image an instruction made.
var builtImage = regexp.MustCompile(`(?m)^ ---> ([0-9a-f]{12})`)

// namingStages builds an image, and gives its own name to the untagged images that the build leaves behind without a
// label: those of the stages of somebody's Dockerfile that are not its last, and of what failed. Without a name nobody
// could tell them from images that are not the project's, and RemoveImages would leave them. What was there before is
// not touched.
func (l *Lab) namingStages(ctx context.Context, own string, build func(output io.Writer) error) error {
	before, err := l.untagged(ctx)
	if err != nil {
		return err
	}
	var output bytes.Buffer
	buildErr := build(&output)
	ctx, cancel := cleanupContext(ctx) // a build that was interrupted leaves stages, too
	defer cancel()
	now, err := l.untagged(ctx, labelStage)
	errs := []error{buildErr, err}
	for _, made := range builtImage.FindAllStringSubmatch(colours.ReplaceAllString(output.String(), ""), -1) {
		is := func(id string) bool { return strings.HasPrefix(id, "sha256:"+made[1]) }
		i := slices.IndexFunc(now, is)
		if i < 0 || slices.ContainsFunc(before, is) {
			continue
		}
		target := own + ":stage-" + made[1]
		if _, err := l.docker.ImageTag(ctx, client.ImageTagOptions{Source: now[i], Target: target}); err != nil {
			errs = append(errs, fmt.Errorf("tag %s: %w", target, err))
		}
	}
	return errors.Join(errs...)
}

// untagged lists the ids of the images without a name on which no other image is based, but for those with a label.
func (l *Lab) untagged(ctx context.Context, without ...string) ([]string, error) {
	got, err := l.docker.ImageList(ctx, client.ImageListOptions{Filters: make(client.Filters).Add("dangling", "true")})
	if err != nil {
		return nil, fmt.Errorf("list untagged images: %w", err)
	}
	var ids []string
	for _, img := range got.Items {
		labelled := slices.ContainsFunc(without, func(label string) bool { return img.Labels[label] != "" })
		if !labelled {
			ids = append(ids, img.ID)
		}
	}
	return ids, nil
}

// keep notes that an image was built or pulled for an added server.
func (l *Lab) keep(ref string) {
	l.keptMu.Lock()
	defer l.keptMu.Unlock()
	l.kept = append(l.kept, ref)
}

// Kept says which images of added servers stay on the engine, and how they are removed; "" if there are none.
func (l *Lab) Kept() string {
	l.keptMu.Lock()
	defer l.keptMu.Unlock()
	var built, pulled []string
	for _, ref := range unique(slices.Clone(l.kept)...) {
		if strings.HasPrefix(ref, l.prefix+"/") {
			built = append(built, ref)
		} else {
			pulled = append(pulled, ref)
		}
	}
	var said []string
	if len(built) > 0 {
		said = append(said, "images kept for the next run (spabench clean --images removes them): "+
			strings.Join(built, ", "))
	}
	if len(pulled) > 0 {
		said = append(said, "images pulled, and left to you (docker rmi removes them): "+strings.Join(pulled, ", "))
	}
	return strings.Join(said, "; ")
}
