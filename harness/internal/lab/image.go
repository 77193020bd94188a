package lab

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/moby/moby/client"
)

// Image is the size of one or more images together, in bytes. A layer that several of them share counts once.
type Image struct {
	Refs, IDs  []string
	Unpacked   int64 // regular files of all layers
	Compressed int64 // each layer's archive, gzip at its default level
	Own        int64 // the part of Unpacked in layers that no base image has
	Layers     int
	Store      string
}

// layerWeight is the size of one layer. Layers are identified by diff id, the digest of their uncompressed archive.
type layerWeight struct {
	Unpacked   int64 `json:"unpacked"`
	Compressed int64 `json:"compressed"`
}

// Weigh returns the size of the images together, read from the archive that the engine exports. The sizes of layers are
// cached by digest in the user's cache folder, because compressing a base image takes longer than anything else here.
func (l *Lab) Weigh(ctx context.Context, refs []string) (Image, error) {
	img := Image{Refs: refs}
	info, err := l.docker.Info(ctx, client.InfoOptions{})
	if err != nil {
		return img, fmt.Errorf("weigh images: %w", err)
	}
	img.Store = info.Info.Driver + ", exported by the engine"

	var diffIDs []string
	seen := map[string]bool{}
	for _, ref := range refs {
		got, err := l.docker.ImageInspect(ctx, l.idOf(ref))
		if err != nil {
			return img, fmt.Errorf("inspect %s: %w", ref, err)
		}
		img.IDs = append(img.IDs, got.ID)
		for _, d := range got.RootFS.Layers {
			if !seen[d] {
				seen[d] = true
				diffIDs = append(diffIDs, d)
			}
		}
	}
	weights, err := l.weights(ctx, refs, diffIDs)
	if err != nil {
		return img, err
	}
	base, err := l.baseLayers(ctx)
	if err != nil {
		return img, err
	}
	for _, d := range diffIDs {
		w := weights[d]
		img.Unpacked += w.Unpacked
		img.Compressed += w.Compressed
		if !base[d] {
			img.Own += w.Unpacked
		}
	}
	img.Layers = len(diffIDs)
	return img, nil
}

// baseLayers returns the diff ids of all base images that are on this machine.
func (l *Lab) baseLayers(ctx context.Context) (map[string]bool, error) {
	layers := map[string]bool{}
	for i, b := range l.bases {
		if b.layers == nil {
			got, err := l.inspectBase(ctx, b)
			if err != nil {
				return nil, err
			}
			l.bases[i] = got
		}
		for _, d := range l.bases[i].layers {
			layers[d] = true
		}
	}
	return layers, nil
}

func (l *Lab) weights(ctx context.Context, refs, diffIDs []string) (map[string]layerWeight, error) {
	cache := readLayerCache()
	missing := false
	for _, d := range diffIDs {
		if _, ok := cache[d]; !ok {
			missing = true
		}
	}
	if !missing {
		return cache, nil
	}
	archive, err := l.docker.ImageSave(ctx, l.idsOf(refs))
	if err != nil {
		return nil, fmt.Errorf("export %v: %w", refs, err)
	}
	defer func() { _ = archive.Close() }()
	found, err := weighArchive(archive, cache)
	if err != nil {
		return nil, fmt.Errorf("read the export of %v: %w", refs, err)
	}
	for d, w := range found {
		cache[d] = w
	}
	for _, d := range diffIDs {
		if _, ok := cache[d]; !ok {
			return nil, fmt.Errorf("export of %v: layer %s is not in it", refs, d)
		}
	}
	writeLayerCache(cache)
	return cache, nil
}

// weighArchive weighs the layers in an archive of docker save, whether in its old layout or in the OCI one: every entry
// that is itself a tar archive, or a gzip of one, is a layer. Layers that are known already are skipped.
func weighArchive(r io.Reader, known map[string]layerWeight) (map[string]layerWeight, error) {
	found := map[string]layerWeight{}
	tr := tar.NewReader(r)
	for {
		hdr, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		if hdr.Typeflag != tar.TypeReg || hdr.Size == 0 {
			continue
		}
		br := bufio.NewReaderSize(tr, 1<<16)
		head, _ := br.Peek(263)
		switch {
		case len(head) == 263 && bytes.HasPrefix(head[257:], []byte("ustar")):
			if err := weighUnknown(br, known, found); err != nil {
				return nil, fmt.Errorf("%s: %w", hdr.Name, err)
			}
		case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
			zr, err := gzip.NewReader(br)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", hdr.Name, err)
			}
			if err := weighUnknown(zr, known, found); err != nil {
				return nil, fmt.Errorf("%s: %w", hdr.Name, err)
			}
		}
	}
}

// weighUnknown adds a layer's weight to found, unless it is known already. The layer is first copied to a file, because
// its digest is known only at its end, and compressing it takes some twenty times as long as reading it.
func weighUnknown(r io.Reader, known, found map[string]layerWeight) (err error) {
	file, err := os.CreateTemp("", "spabench-layer-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close(), os.Remove(file.Name())) }()
	digest := sha256.New()
	if _, err := io.Copy(io.MultiWriter(file, digest), r); err != nil {
		return err
	}
	if _, ok := known["sha256:"+hex.EncodeToString(digest.Sum(nil))]; ok {
		return nil
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	d, w, err := weighLayer(file)
	if err != nil {
		return err
	}
	found[d] = w
	return nil
}

// weighLayer reads one layer's archive and returns its digest, the sum of its files, and its compressed size.
func weighLayer(r io.Reader) (string, layerWeight, error) {
	digest := sha256.New()
	var count byteCounter
	zw := gzip.NewWriter(&count)
	tee := io.TeeReader(r, io.MultiWriter(digest, zw))
	var w layerWeight
	tr := tar.NewReader(tee)
	for {
		hdr, err := tr.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", w, err
		}
		if hdr.Typeflag == tar.TypeReg {
			w.Unpacked += hdr.Size
		}
	}
	if _, err := io.Copy(io.Discard, tee); err != nil { // the padding after the end marker is part of the digest
		return "", w, err
	}
	if err := zw.Close(); err != nil {
		return "", w, err
	}
	w.Compressed = int64(count)
	return "sha256:" + hex.EncodeToString(digest.Sum(nil)), w, nil
}

// byteCounter counts what is written to it and drops it.
type byteCounter int64

func (c *byteCounter) Write(p []byte) (int, error) { *c += byteCounter(len(p)); return len(p), nil }
