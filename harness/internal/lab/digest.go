package lab

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
)

// Digest is the SHA-256 of a file in an image, in hexadecimal. Layers that hold the same file differ if it
// was built twice, since its time is part of a layer.
func (l *Lab) Digest(ctx context.Context, ref, file string) (digest string, err error) {
	err = l.ReadFile(ctx, ref, file, func(content io.Reader) error {
		sum := sha256.New()
		_, err := io.Copy(sum, content)
		digest = hex.EncodeToString(sum.Sum(nil))
		return err
	})
	return digest, err
}
