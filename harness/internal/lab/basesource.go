package lab

import (
	"context"
	"fmt"
	"path/filepath"
)

// BaseSource says where the base images of a run would come from.
type BaseSource struct {
	NoRegistry error // why the official images cannot be used; nil if they can; [ErrCannotAsk] if a pull will tell
	Built      bool  // all stand-ins are on this machine, and up to date
	CannotMake error // why missing stand-ins cannot be built here; nil if they can
}

// BaseSource looks where [Open] would take the base images from. Root is the project's folder. It pulls and builds
// nothing.
func (l *Lab) BaseSource(ctx context.Context, root string) (BaseSource, error) {
	official, err := officialBases(filepath.Join(root, "dockerfiles"))
	if err != nil {
		return BaseSource{}, err
	}
	if len(official) == 0 {
		return BaseSource{}, fmt.Errorf("look for base images: %s is not a spabench checkout", root)
	}
	source := BaseSource{NoRegistry: l.registryAnswers(ctx, official)}
	if source.NoRegistry == nil {
		return source, nil
	}
	source.Built, source.CannotMake = l.hasStandIns(ctx, root), canBuildStandIns()
	return source, nil
}

// hasStandIns reports whether all stand-ins are built, from what is in the checkout.
func (l *Lab) hasStandIns(ctx context.Context, root string) bool {
	dir := filepath.Join(root, "dockerfiles", "bases")
	rootHash, err := contentHash(filepath.Join(dir, "root.sh"), caBundle)
	if err != nil {
		return false
	}
	for _, s := range standIns {
		hash, err := standInHash(dir, s.name, rootHash)
		if err != nil || !l.hasContent(ctx, standInRef(s.name, s.tag), hash) {
			return false
		}
	}
	return true
}
