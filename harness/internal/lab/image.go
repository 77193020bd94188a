package lab

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/moby/moby/client"
)

// Image is what images weigh together, in bytes; a layer that several of them share counts once.
type Image struct {
	Refs, IDs  []string
	Unpacked   int64 // regular files of all layers
	Compressed int64 // each layer's archive, gzip at its default level
	Own        int64 // the part of Unpacked in layers that no base image has
	Layers     int
	Store      string
}

// layer is one layer's weight, known by its diff id: the digest of its uncompressed archive.
type layer struct {
	Unpacked   int64 `json:"unpacked"`
	Compressed int64 `json:"compressed"`
}

// Weigh returns what the images weigh together, read from the archive that the engine exports. Weights of layers
// are kept in the user's cache folder by digest, since compressing a base image takes longer than anything else here.
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
		got, err := l.docker.ImageInspect(ctx, ref)
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

func (l *Lab) weights(ctx context.Context, refs, diffIDs []string) (map[string]layer, error) {
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
	archive, err := l.docker.ImageSave(ctx, refs)
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

// weighArchive weighs the layers in an archive of docker save, in its old layout and in the OCI one alike:
// whatever entry is itself a tar archive, or a gzip of one, is a layer. Those that are known are left out.
func weighArchive(r io.Reader, known map[string]layer) (map[string]layer, error) {
	found := map[string]layer{}
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

// weighUnknown adds a layer's weight to found, unless it is known. What a layer is, is known at its end only, and to
// compress it takes some twenty times as long as to read it: so it is put aside in a file first.
func weighUnknown(r io.Reader, known, found map[string]layer) (err error) {
	aside, err := os.CreateTemp("", "spabench-layer-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, aside.Close(), os.Remove(aside.Name())) }()
	digest := sha256.New()
	if _, err := io.Copy(io.MultiWriter(aside, digest), r); err != nil {
		return err
	}
	if _, is := known["sha256:"+hex.EncodeToString(digest.Sum(nil))]; is {
		return nil
	}
	if _, err := aside.Seek(0, io.SeekStart); err != nil {
		return err
	}
	d, w, err := weighLayer(aside)
	if err != nil {
		return err
	}
	found[d] = w
	return nil
}

// weighLayer reads one layer's archive: its digest, the sum of its files, and its size when compressed.
func weighLayer(r io.Reader) (string, layer, error) {
	digest := sha256.New()
	var count counter
	zw := gzip.NewWriter(&count)
	tee := io.TeeReader(r, io.MultiWriter(digest, zw))
	var w layer
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
	if _, err := io.Copy(io.Discard, tee); err != nil { // padding after the end mark is part of the digest
		return "", w, err
	}
	if err := zw.Close(); err != nil {
		return "", w, err
	}
	w.Compressed = int64(count)
	return "sha256:" + hex.EncodeToString(digest.Sum(nil)), w, nil
}

type counter int64

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

func layerCachePath() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "spabench", "layers.json")
}

func readLayerCache() map[string]layer {
	cache := map[string]layer{}
	if b, err := os.ReadFile(layerCachePath()); err == nil {
		// A cache that cannot be read is one that is not there.
		if json.Unmarshal(b, &cache) != nil {
			return map[string]layer{}
		}
	}
	return cache
}

// writeLayerCache saves time for the next run; that it could not is no failure of this one.
func writeLayerCache(cache map[string]layer) {
	path := layerCachePath()
	b, err := json.Marshal(cache)
	if path == "" || err != nil || os.MkdirAll(filepath.Dir(path), 0o755) != nil {
		return
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "layers-*")
	if err != nil {
		return
	}
	_, err = tmp.Write(b)
	if errors.Join(err, tmp.Close()) != nil || os.Rename(tmp.Name(), path) != nil {
		_ = os.Remove(tmp.Name())
	}
}
