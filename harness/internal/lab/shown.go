package lab

import "path/filepath"

// Shown is a path as records and messages have it: a path of this machine is nobody else's business. One in the working
// folder is relative to it, and of another absolute path only the last two elements are left, after an ellipsis.
func Shown(path string) string {
	if !filepath.IsAbs(path) {
		return path
	}
	if here, err := filepath.Abs("."); err == nil {
		if below, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(below) {
			return below
		}
	}
	return Cut + filepath.Join(filepath.Base(filepath.Dir(path)), filepath.Base(path))
}

// Cut begins a path whose other elements are not shown.
const Cut = "…/"
