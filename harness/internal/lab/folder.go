package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	tcexec "github.com/testcontainers/testcontainers-go/exec"
)

// Serve says what is in the folder that a variant serves.
type Serve int

const (
	AsBuilt  Serve = iota // the image's own folder, which cannot be changed
	Writable              // its content on a volume, which Running.Folder can change
	Empty                 // an empty volume
)

// Folder is the folder that a running variant serves, on a volume. Many images have no shell to change it with,
// so a second container, which has one, mounts the volume too.
type Folder struct {
	lab    *Lab
	volume string // its name

	mu     sync.Mutex               // one change at a time
	editor testcontainers.Container // the second container; created at the first change
	serial int                      // of the last change by [Folder.replace]
}

// mountedAt is where the folder is mounted in the second container.
const mountedAt = "/folder"

func (l *Lab) createFolder(ctx context.Context, what string) (*Folder, error) {
	name := l.name(what)
	_, err := uninterrupted(ctx, func(ctx context.Context) (client.VolumeCreateResult, error) {
		return l.docker.VolumeCreate(ctx, client.VolumeCreateOptions{Name: name, Labels: l.labels()})
	})
	if err != nil {
		return nil, fmt.Errorf("create volume %s: %w", name, err)
	}
	return &Folder{lab: l, volume: name}, nil
}

// bind has the engine mount the volume, and fill it from the image's folder when the first container mounts it, unless
// it is to stay empty. It is a bind because Podman 5 ignores the NoCopy of [container.HostConfig.Mounts].
func (f *Folder) bind(at string, empty bool) string {
	if empty {
		at += ":nocopy"
	}
	return f.volume + ":" + at
}

func (l *Lab) removeVolume(ctx context.Context, name string) error {
	_, err := l.docker.VolumeRemove(ctx, name, client.VolumeRemoveOptions{})
	if err != nil && !errdefs.IsNotFound(err) {
		return fmt.Errorf("remove volume %s: %w", name, err)
	}
	return nil
}

// Folder returns the folder that the variant serves, to change it while the variant runs. It fails with [AsBuilt].
func (r *Running) Folder() (*Folder, error) {
	if r.folder == nil {
		return nil, fmt.Errorf("change the files of %s: they are part of its image", r.variant.Name)
	}
	return r.folder, nil
}

// File is a file's slash-separated name relative to the folder, and its content.
type File struct {
	Name    string
	Content []byte
}

// Put replaces files in the given order: each is written under a temporary name and then renamed. A file whose content
// is the same already is left alone. With only, all other files are removed afterwards. The modification time is that
// of the write, as with files copied to a server.
func (f *Folder) Put(ctx context.Context, files []File, only bool) error {
	return f.replace(ctx, files, only, putScript)
}

// replace runs a script after it has copied the files into the second container. $1 is a folder with the files in new,
// and their names, in the given order, in the file order.
func (f *Folder) replace(ctx context.Context, files []File, only bool, script string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.startEditor(ctx); err != nil {
		return err
	}
	f.serial++
	incoming := fmt.Sprintf("/incoming-%d", f.serial)
	archive, err := pack(incoming[1:], files)
	if err != nil {
		return fmt.Errorf("change files: %w", err)
	}
	_, err = f.lab.docker.CopyToContainer(ctx, f.editor.GetContainerID(), client.CopyToContainerOptions{
		DestinationPath: "/", Content: archive,
	})
	if err != nil {
		return fmt.Errorf("change files: %w", err)
	}
	if only {
		script += removeOthersScript
	}
	return f.run(ctx, script, incoming)
}

// Remove removes a file.
func (f *Folder) Remove(ctx context.Context, name string) error {
	return f.change(ctx, `rm "$folder/$1"`, name)
}

// Forbid takes away all permissions of a file.
func (f *Folder) Forbid(ctx context.Context, name string) error {
	return f.change(ctx, `chmod 000 "$folder/$1"`, name)
}

// Link creates a symbolic link to a path in the container that serves the folder.
func (f *Folder) Link(ctx context.Context, name, to string) error {
	return f.change(ctx, `mkdir -p "$(dirname "$folder/$1")" && ln -s "$2" "$folder/$1"`, name, to)
}

func (f *Folder) change(ctx context.Context, script string, args ...string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.startEditor(ctx); err != nil {
		return err
	}
	return f.run(ctx, script, args...)
}

// startEditor starts the second container, unless it is running already.
func (f *Folder) startEditor(ctx context.Context) error {
	if f.editor != nil {
		return nil
	}
	c, err := f.lab.createContainer(ctx, testcontainers.ContainerRequest{
		Image: f.lab.shellImage(), Labels: f.lab.labels(), User: "0",
		Entrypoint: []string{"sleep", "infinity"},
		HostConfigModifier: func(h *container.HostConfig) {
			h.NetworkMode = "none"
			h.Binds = append(h.Binds, f.bind(mountedAt, true))
		},
	})
	if err != nil {
		return fmt.Errorf("create a container to change files: %w", err)
	}
	if err := c.Start(ctx); err != nil {
		cleanup, cancel := cleanupContext(ctx)
		defer cancel()
		return errors.Join(fmt.Errorf("start a container to change files: %w", err),
			f.lab.removeContainer(cleanup, c.GetContainerID()))
	}
	f.editor = c
	return nil
}

// run runs a script in the second container, where $folder is the folder.
func (f *Folder) run(ctx context.Context, script string, args ...string) error {
	cmd := append([]string{"sh", "-euc", "folder=" + mountedAt + "; umask 022; " + script, "sh"}, args...)
	code, out, err := f.editor.Exec(ctx, cmd, tcexec.Multiplexed())
	if err != nil {
		return fmt.Errorf("change files: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(out, 1<<16))
	if err != nil {
		return fmt.Errorf("change files: %w", err)
	}
	if code != 0 {
		return fmt.Errorf("change files: exit code %d: %s", code, tail(string(text), 5))
	}
	return nil
}

// remove removes the second container and the volume. All other containers that mount it must have been removed.
func (f *Folder) remove(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var err error
	if f.editor != nil {
		err = f.lab.removeContainer(ctx, f.editor.GetContainerID())
	}
	return errors.Join(err, f.lab.removeVolume(ctx, f.volume))
}
