package lab

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/moby/moby/client"
)

// Digest is the SHA-256 of a file in an image, in hexadecimal. Layers that hold the same file differ if
// it was built twice, since its time is part of a layer.
func (l *Lab) Digest(ctx context.Context, ref, file string) (digest string, err error) {
	err = l.unstarted(ctx, ref, func(id string) error {
		res, err := l.docker.CopyFromContainer(ctx, id, client.CopyFromContainerOptions{SourcePath: file})
		if err != nil {
			return err
		}
		defer func() { _ = res.Content.Close() }()
		archive := tar.NewReader(res.Content)
		if _, err := archive.Next(); err != nil {
			return err
		}
		sum := sha256.New()
		if _, err := io.Copy(sum, archive); err != nil {
			return err
		}
		digest = hex.EncodeToString(sum.Sum(nil))
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("read %s of %s: %w", file, ref, err)
	}
	return digest, nil
}
