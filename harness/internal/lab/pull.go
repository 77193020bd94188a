package lab

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
)

// silence is how long a pull may report nothing. Engines report the progress of a transfer every second or more often.
const silence = time.Minute

// pullBases pulls the official images that the engine does not have, and fills in their ids.
func (l *Lab) pullBases(ctx context.Context, bases []Base) (err error) {
	for i, b := range bases {
		if _, absent := l.docker.ImageInspect(ctx, b.Image); absent != nil {
			l.log("pulling %s", b.Image)
			if err := l.pull(ctx, b.Image, "", silence); err != nil {
				return fmt.Errorf("pull %s: %w", b.Image, err)
			}
		}
		if bases[i], err = l.inspectBase(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

// pull pulls an image, and gives up when nothing has been heard of it for the given time. Credentials are as
// credentialsFor returns them.
func (l *Lab) pull(ctx context.Context, ref, credentials string, silence time.Duration) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silent := time.AfterFunc(silence, func() {
		cancel(fmt.Errorf("the engine has reported nothing for %s", silence))
	})
	defer silent.Stop()
	pulling, err := l.docker.ImagePull(ctx, ref, client.ImagePullOptions{RegistryAuth: credentials})
	if err == nil {
		for m, failed := range pulling.JSONMessages(ctx) {
			silent.Reset(silence)
			if m.Error != nil {
				failed = m.Error
			}
			err = cmp.Or(err, failed)
		}
	}
	if err != nil && context.Cause(ctx) != nil {
		err = context.Cause(ctx)
	}
	return err
}

// credentialsFor are the user's credentials for an image's registry, from the files of docker login, as the engine's
// API takes them; "" if there are none.
func credentialsFor(ctx context.Context, ref string) (string, error) {
	_, config, err := testcontainers.DockerImageAuth(ctx, ref)
	if err != nil {
		return "", nil // there are none, and perhaps none are needed
	}
	text, err := json.Marshal(config)
	return base64.URLEncoding.EncodeToString(text), err
}
