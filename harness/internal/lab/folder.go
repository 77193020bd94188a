package lab

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	tcexec "github.com/testcontainers/testcontainers-go/exec"
)

// Serve says what stands in the folder that a variant serves.
type Serve int

const (
	AsBuilt  Serve = iota // what the image has there; it cannot be changed
	Writable              // the same, on a volume, for Running.Folder to change
	Empty                 // a volume with nothing on it
)

// Folder is the folder that a running variant serves, on a volume. Many images have no shell to change it with,
// so that a second container with one has the volume too.
type Folder struct {
	lab    *Lab
	volume string // its name

	mu     sync.Mutex               // one change at a time
	hand   testcontainers.Container // the second container, made at the first change
	serial int
}

// mountedAt is where the second container has the folder.
const mountedAt = "/folder"

func (l *Lab) createFolder(ctx context.Context, what string) (*Folder, error) {
	name := l.name(what)
	_, err := creating(ctx, func(ctx context.Context) (client.VolumeCreateResult, error) {
		return l.docker.VolumeCreate(ctx, client.VolumeCreateOptions{Name: name, Labels: l.labels()})
	})
	if err != nil {
		return nil, fmt.Errorf("create volume %s: %w", name, err)
	}
	return &Folder{lab: l, volume: name}, nil
}

// mount has the engine fill the volume from the image's folder, at the first container that mounts it, unless it is
// to stay empty.
func (f *Folder) mount(at string, empty bool) mount.Mount {
	return mount.Mount{
		Type: mount.TypeVolume, Source: f.volume, Target: at,
		VolumeOptions: &mount.VolumeOptions{NoCopy: empty},
	}
}

func (l *Lab) removeVolume(ctx context.Context, name string) error {
	if _, err := l.docker.VolumeRemove(ctx, name, client.VolumeRemoveOptions{}); err != nil && !gone(err) {
		return fmt.Errorf("remove volume %s: %w", name, err)
	}
	return nil
}

// Folder is the folder that the variant serves, for changing it while it runs: not with [AsBuilt].
func (r *Running) Folder() (*Folder, error) {
	if r.folder == nil {
		return nil, fmt.Errorf("change the files of %s: they are in its image alone", r.variant.Name)
	}
	return r.folder, nil
}

// File is a file's name below the folder, slashes forward, and its content.
type File struct {
	Name    string
	Content []byte
}

// Put replaces files in their order: each is written beside its name, then renamed. One that has the same content
// already stays as it is. With only, everything that is not named is removed after that.
// Files get the time of their writing, as those that are copied to a server do.
func (f *Folder) Put(ctx context.Context, files []File, only bool) error {
	return f.replace(ctx, files, only, put)
}

// replace runs a script with the files, in new, and their names in order, in the folder that $1 names.
func (f *Folder) replace(ctx context.Context, files []File, only bool, script string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.reach(ctx); err != nil {
		return err
	}
	f.serial++
	incoming := fmt.Sprintf("/incoming-%d", f.serial)
	archive, err := pack(incoming[1:], files)
	if err != nil {
		return fmt.Errorf("change files: %w", err)
	}
	_, err = f.lab.docker.CopyToContainer(ctx, f.hand.GetContainerID(), client.CopyToContainerOptions{DestinationPath: "/", Content: archive})
	if err != nil {
		return fmt.Errorf("change files: %w", err)
	}
	if only {
		script += removeOthers
	}
	return f.run(ctx, script, incoming)
}

// Remove removes a file.
func (f *Folder) Remove(ctx context.Context, name string) error {
	return f.change(ctx, `rm "$folder/$1"`, name)
}

// Forbid takes everybody's right to read a file.
func (f *Folder) Forbid(ctx context.Context, name string) error {
	return f.change(ctx, `chmod 000 "$folder/$1"`, name)
}

// Link makes a symbolic link to a path of the container that serves the folder.
func (f *Folder) Link(ctx context.Context, name, to string) error {
	return f.change(ctx, `mkdir -p "$(dirname "$folder/$1")" && ln -s "$2" "$folder/$1"`, name, to)
}

func (f *Folder) change(ctx context.Context, script string, args ...string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.reach(ctx); err != nil {
		return err
	}
	return f.run(ctx, script, args...)
}

// A coded form whose original was replaced is replaced too, even by the same bytes: it must not look older.
const put = `
cd "$1"
replaced=
while IFS= read -r name; do
  case $name in "$replaced".br|"$replaced".gz) ;; *)
    if cmp -s "new/$name" "$folder/$name"; then continue; fi
    replaced=$name
  esac
  dir=$folder/$(dirname "$name")
  mkdir -p "$dir"
  cp "new/$name" "$dir/.incoming"
  chmod 644 "$dir/.incoming"
  mv -f "$dir/.incoming" "$folder/$name"
done <order
`

const removeOthers = `
cd "$folder"
find . ! -type d | while IFS= read -r name; do
  if [ ! -e "$1/new/$name" ]; then rm "$name"; fi
done
find . -mindepth 1 -type d -empty -delete
`

// pack makes an archive of the files below dir/new, and of their names in dir/order.
func pack(dir string, files []File) (io.Reader, error) {
	var order strings.Builder
	for _, file := range files {
		if path.Clean(file.Name) != file.Name || strings.ContainsAny(file.Name, "\n\x00") {
			return nil, fmt.Errorf("%q is no name of a file", file.Name)
		}
		order.WriteString(file.Name + "\n")
	}
	var b bytes.Buffer
	tw := tar.NewWriter(&b)
	write := func(name string, content []byte) error {
		if err := tw.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Size: int64(len(content)), Mode: 0o644}); err != nil {
			return err
		}
		_, err := tw.Write(content)
		return err
	}
	errs := []error{write(dir+"/order", []byte(order.String()))}
	for _, file := range files {
		errs = append(errs, write(dir+"/new/"+file.Name, file.Content))
	}
	return &b, errors.Join(append(errs, tw.Close())...)
}

// reach starts the second container, unless it runs.
func (f *Folder) reach(ctx context.Context) error {
	if f.hand != nil {
		return nil
	}
	c, err := f.lab.createContainer(ctx, testcontainers.ContainerRequest{
		Image: f.lab.shellImage(), Labels: f.lab.labels(), User: "0",
		Entrypoint: []string{"sleep", "infinity"},
		HostConfigModifier: func(h *container.HostConfig) {
			h.NetworkMode = "none"
			h.Mounts = append(h.Mounts, f.mount(mountedAt, true))
		},
	})
	if err != nil {
		return fmt.Errorf("create a container that changes files: %w", err)
	}
	if err := c.Start(ctx); err != nil {
		return errors.Join(fmt.Errorf("start a container that changes files: %w", err), f.lab.removeContainer(ctx, c))
	}
	f.hand = c
	return nil
}

// run runs a script in the second container; $folder is the folder there.
func (f *Folder) run(ctx context.Context, script string, args ...string) error {
	cmd := append([]string{"sh", "-euc", "folder=" + mountedAt + "; umask 022; " + script, "sh"}, args...)
	code, out, err := f.hand.Exec(ctx, cmd, tcexec.Multiplexed())
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

// remove removes the second container and the volume, which nobody else may use any more.
func (f *Folder) remove(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var err error
	if f.hand != nil {
		err = f.lab.removeContainer(ctx, f.hand)
	}
	return errors.Join(err, f.lab.removeVolume(ctx, f.volume))
}

func (l *Lab) removeContainer(ctx context.Context, c testcontainers.Container) error {
	_, err := l.docker.ContainerRemove(ctx, c.GetContainerID(), client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
	if err != nil && !gone(err) {
		return fmt.Errorf("remove container %s: %w", c.GetContainerID()[:12], err)
	}
	return nil
}
