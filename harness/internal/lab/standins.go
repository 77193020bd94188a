package lab

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"

	"github.com/moby/moby/client"
)

// ensureStandIns builds the stand-ins that are missing or out of date: the root first, then the others in parallel.
func (l *Lab) ensureStandIns(ctx context.Context) ([]Base, error) {
	dir := filepath.Join(l.root, "dockerfiles", "bases")
	rootRef := Prefix + "/root:trixie" // stand-ins are a cache, which tests share; never an official name
	rootHash, err := contentHash(filepath.Join(dir, "root.sh"), caBundle)
	if err != nil {
		return nil, err
	}
	if !l.hasContent(ctx, rootRef, rootHash) {
		// Installing the tools may also update the certificates, which the root is built from.
		if err := l.installTools(ctx); err != nil {
			return nil, err
		}
		if rootHash, err = contentHash(filepath.Join(dir, "root.sh"), caBundle); err != nil {
			return nil, err
		}
		if err := l.importRoot(ctx, dir, rootRef, rootHash); err != nil {
			return nil, err
		}
	}
	bases := make([]Base, len(standIns))
	errs := make([]error, len(standIns))
	var wg sync.WaitGroup
	for i, s := range standIns {
		wg.Go(func() {
			ref := standInRef(s.name, s.tag)
			errs[i] = l.ensureStandIn(ctx, dir, s.name, ref, rootRef, rootHash)
			if errs[i] == nil {
				bases[i], errs[i] = l.inspectBase(ctx, Base{Arg: s.arg, Image: ref, StandIn: true})
			}
		})
	}
	wg.Wait()
	return bases, errors.Join(errs...)
}

func (l *Lab) ensureStandIn(ctx context.Context, dir, name, ref, rootRef, rootHash string) error {
	hash, err := standInHash(dir, name, rootHash)
	if err != nil {
		return err
	}
	if l.hasContent(ctx, ref, hash) {
		return nil
	}
	l.log("building the stand-in %s", ref)
	return l.build(ctx, buildRequest{
		context: dir, dockerfile: name + ".Dockerfile", ref: ref,
		args:   map[string]string{"ROOT_IMAGE": rootRef},
		labels: map[string]string{labelContent: hash},
	})
}

// standInRef is the name of a stand-in. All processes share it, tests included, and it is never an official name.
func standInRef(name, tag string) string { return fmt.Sprintf("%s/%s:%s", Prefix, name, tag) }

// standInHash is the hash of the files that a stand-in is built from.
func standInHash(dir, name, rootHash string) (string, error) {
	files := []string{filepath.Join(dir, name+".Dockerfile")}
	if extra := filepath.Join(dir, name+".conf"); exists(extra) {
		files = append(files, extra)
	}
	hash, err := contentHash(files...)
	if err != nil {
		return "", err
	}
	return rootHash[:16] + hash[:16], nil
}

// installTools installs what builds the root file system, if it is missing.
func (l *Lab) installTools(ctx context.Context) error {
	if err := canBuildStandIns(); err != nil {
		return err
	}
	if _, err := exec.LookPath("mmdebstrap"); err == nil && exists("/usr/share/keyrings/debian-archive-keyring.gpg") {
		return nil
	}
	l.log("installing mmdebstrap from the distribution")
	return install(ctx, "mmdebstrap", "debian-archive-keyring", "ca-certificates")
}

func canBuildStandIns() error {
	if os.Geteuid() != 0 || !exists("/etc/debian_version") {
		return errors.New("building them needs root on Debian or Ubuntu; " +
			"make a container registry reachable instead, or pull the official images yourself")
	}
	return nil
}

// importRoot builds the root file system with mmdebstrap and imports it as one layer.
func (l *Lab) importRoot(ctx context.Context, dir, ref, hash string) error {
	l.log("building the stand-ins' root file system with mmdebstrap")
	cmd := exec.CommandContext(ctx, "sh", filepath.Join(dir, "root.sh"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("run root.sh: %w", err)
	}
	res, importErr := l.docker.ImageImport(ctx, client.ImageImportSource{Source: out, SourceName: "-"}, ref,
		client.ImageImportOptions{Changes: []string{"LABEL " + labelContent + "=" + hash}})
	if importErr == nil {
		_, importErr = discard(res)
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("run root.sh: %w\n%s", err, tail(stderr.String(), 15))
	}
	return importErr
}

func (l *Lab) hasContent(ctx context.Context, ref, hash string) bool {
	got, err := l.docker.ImageInspect(ctx, ref)
	return err == nil && got.Config != nil && got.Config.Labels[labelContent] == hash
}

func contentHash(files ...string) (string, error) {
	h := sha256.New()
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d\n", filepath.Base(f), len(b))
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
