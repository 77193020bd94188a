package inventory

import (
	"archive/tar"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// tree is a file system as read from its archive.
type tree struct {
	nodes map[string]*node
	paths []string          // of the nodes, sorted
	texts map[string][]byte // contents of the files that record packages, users and groups
}

// node is one entry of the archive.
type node struct {
	kind   byte // a type flag of package tar
	mode   fs.FileMode
	size   int64
	user   int // who owns it
	group  int
	link   string  // target of a symbolic link, as written, or path of a hard link's file
	binary *Binary // only of an ELF file
	runs   string  // only of an executable script: the program and arguments after its #!
}

const (
	regularFile  = tar.TypeReg
	hardLink     = tar.TypeLink
	symbolicLink = tar.TypeSymlink
)

func (n *node) regular() bool { return n.kind == regularFile || n.kind == hardLink }

// program reports whether the file is an executable ELF program or script.
func (n *node) program() bool {
	return n.regular() && n.mode&0o111 != 0 && (n.runs != "" || n.binary != nil && n.binary.program())
}

// longestShebang is how much the kernel reads of a script's first line, in bytes.
const longestShebang = 256

// scan reads the archive to its end.
func scan(archive io.Reader) (*tree, error) {
	t := &tree{nodes: map[string]*node{}, texts: map[string][]byte{}}
	content := bufio.NewReader(nil)
	for tr := tar.NewReader(archive); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		name := path.Clean("/" + h.Name)
		if name == "/" || ofEngine(name, h) {
			continue
		}
		n := &node{kind: h.Typeflag, mode: h.FileInfo().Mode(), user: h.Uid, group: h.Gid, link: h.Linkname}
		t.nodes[name] = n
		if n.kind == hardLink {
			n.link = path.Clean("/" + h.Linkname)
		}
		if n.kind != regularFile {
			continue
		}
		n.size = h.Size
		content.Reset(tr)
		if err := t.read(name, n, content); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	t.paths = slices.Sorted(maps.Keys(t.nodes))
	for _, n := range t.nodes { // hard links share the content of their file
		if first := t.nodes[n.link]; n.kind == hardLink && first != nil {
			n.binary, n.runs = first.binary, first.runs
		}
	}
	return t, nil
}

// read reads a regular file as far as its content matters.
func (t *tree) read(name string, n *node, content *bufio.Reader) error {
	head, err := content.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch {
	case string(head) == "\x7fELF":
		all, err := io.ReadAll(content)
		if err != nil {
			return err
		}
		n.binary = readBinary(name, all)
	case bytes.HasPrefix(head, []byte("#!")) && n.mode&0o111 != 0:
		line, err := io.ReadAll(io.LimitReader(content, longestShebang))
		if err != nil {
			return err
		}
		first, _, _ := strings.Cut(string(line[2:]), "\n")
		n.runs = strings.TrimSpace(first)
	case recordsPackages(name), name == passwdFile, name == groupFile:
		if t.texts[name], err = io.ReadAll(content); err != nil {
			return err
		}
	}
	return nil
}

// ofEngine reports whether an entry comes from the engine instead of the image. The engine creates empty files to mount
// its own on, and folders for the kernel's file systems, in every container, so they are in every exported archive.
func ofEngine(name string, h *tar.Header) bool {
	switch name {
	case "/.dockerenv", "/etc/hostname", "/etc/hosts", "/etc/resolv.conf":
		return h.Size == 0
	case "/etc/mtab":
		return h.Linkname == "/proc/mounts"
	}
	first, _, _ := strings.Cut(name[1:], "/")
	return first == "dev" || first == "proc" || first == "sys"
}

// maxLinks is how many symbolic links are followed in a path, like the kernel's limit.
const maxLinks = 40

// real resolves all symbolic links in a path, and reports whether the result exists.
func (t *tree) real(name string) (string, bool) {
	resolved, links := "/", 0
	for rest := strings.Split(name, "/"); len(rest) > 0; {
		part := rest[0]
		rest = rest[1:]
		next := path.Join(resolved, part) // handles "", "." and ".." correctly, because resolved contains no links
		n := t.nodes[next]
		if n == nil || n.kind != symbolicLink {
			resolved = next
			continue
		}
		if links++; links > maxLinks {
			return "", false
		}
		if path.IsAbs(n.link) {
			resolved = "/"
		}
		rest = append(strings.Split(n.link, "/"), rest...)
	}
	return resolved, t.nodes[resolved] != nil
}

// file returns the path and node of the regular file that a path resolves to; the node is nil if there is none.
func (t *tree) file(name string) (string, *node) {
	at, ok := t.real(name)
	if !ok || !t.nodes[at].regular() {
		return "", nil
	}
	return at, t.nodes[at]
}

// defaultPath is where the engine looks for programs if the image does not set PATH.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// lookUp finds a program the way the engine does. The node is nil if it does not exist.
func (t *tree) lookUp(program string, c Config) (string, *node) {
	if strings.Contains(program, "/") {
		if !path.IsAbs(program) {
			program = path.Join("/", c.WorkingDir, program)
		}
		return t.file(program)
	}
	folders := defaultPath
	for _, v := range c.Env {
		if value, ok := strings.CutPrefix(v, "PATH="); ok {
			folders = value
		}
	}
	for folder := range strings.SplitSeq(folders, ":") {
		if at, n := t.file(folder + "/" + program); n != nil && n.mode&0o111 != 0 {
			return at, n
		}
	}
	return "", nil
}
