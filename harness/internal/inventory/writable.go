package inventory

import (
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// Files in which the engine looks up names of users and groups.
const (
	passwdFile = "/etc/passwd"
	groupFile  = "/etc/group"
)

// identity is whom a container runs as. A name that the image does not define has the number noID.
type identity struct {
	user   int
	groups []int
}

const noID = -1

// identity resolves USER the way the engine does. A number needs no entry, and then has group 0. Unless USER names a
// group, the user is also in all groups that list it.
func (t *tree) identity(c Config) identity {
	user, group, given := strings.Cut(c.User, ":")
	if user == "" {
		user = "0"
	}
	id := identity{user: noID}
	if n, err := strconv.Atoi(user); err == nil {
		id.user = n
	}
	name, primary := user, noID
	if id.user != noID {
		primary = 0
	}
	for _, f := range colonFields(t.texts[passwdFile], 4) {
		if n, err := strconv.Atoi(f[2]); err == nil && (f[0] == user || n == id.user) {
			name, id.user = f[0], n
			primary, _ = strconv.Atoi(f[3])
			break
		}
	}
	if given {
		return identity{id.user, []int{t.group(group)}}
	}
	id.groups = append(id.groups, primary)
	for _, f := range colonFields(t.texts[groupFile], 4) {
		for member := range strings.SplitSeq(f[3], ",") {
			if n, err := strconv.Atoi(f[2]); err == nil && member == name {
				id.groups = append(id.groups, n)
			}
		}
	}
	return id
}

func (t *tree) group(name string) int {
	if n, err := strconv.Atoi(name); err == nil {
		return n
	}
	for _, f := range colonFields(t.texts[groupFile], 3) {
		if n, err := strconv.Atoi(f[2]); err == nil && f[0] == name {
			return n
		}
	}
	return noID
}

// colonFields splits lines at colons and returns those with a minimum number of fields.
func colonFields(text []byte, atLeast int) [][]string {
	var all [][]string
	for line := range strings.Lines(string(text)) {
		if f := strings.Split(strings.TrimSpace(line), ":"); len(f) >= atLeast {
			all = append(all, f)
		}
	}
	return all
}

// writable lists the files and folders that the user of the image may change, including those that it owns and could
// make writable. A folder stands for its content.
func (t *tree) writable(id identity) []string {
	found := []string{}
	if id.user == 0 {
		return append(found, "/")
	}
	inside := map[string]bool{}
	for _, at := range t.paths { // a folder comes before its content
		if inside[path.Dir(at)] {
			inside[at] = true
			continue
		}
		if n := t.nodes[at]; id.mayWrite(n) {
			inside[at] = true
			found = append(found, at)
		}
	}
	return found
}

func (id identity) mayWrite(n *node) bool {
	if !n.regular() && !n.mode.IsDir() {
		return false
	}
	if id.user == n.user {
		return true
	}
	const byGroup, byAll fs.FileMode = 0o020, 0o002
	for _, g := range id.groups {
		if g == n.group {
			return n.mode&byGroup != 0
		}
	}
	return n.mode&byAll != 0
}
