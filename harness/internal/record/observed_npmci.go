package record

// NpmCIObserved compares the images of two clean builds of the app, and says what npm does where package.json and
// package-lock.json disagree.
type NpmCIObserved struct {
	Build    ComparedFiles   `json:"build"`        // the app's build (dist)
	Packages ComparedFiles   `json:"node_modules"` // what npm ci installed
	NpmCache ComparedFiles   `json:"npm_cache"`    // npm's cache and logs
	Rest     ComparedFiles   `json:"rest"`         // all other files of the image
	Layers   []ComparedLayer `json:"layers"`       // above the base image
	Mismatch LockMismatch    `json:"mismatch"`
}

// ComparedFiles are files of two images, compared by content, mode and link target.
type ComparedFiles struct {
	Files     int           `json:"files"`      // in the first image
	Differ    int           `json:"differ"`     // files that differ, or that only one image has
	TimesOnly int           `json:"times_only"` // files that differ in nothing but their modification time
	Folders   []FolderFiles `json:"folders,omitempty"`
}

// Same reports whether there are files, and none that differs.
func (c ComparedFiles) Same() bool { return c.Files > 0 && c.Differ == 0 }

// FolderFiles says how many of the files that differ are below a folder.
type FolderFiles struct {
	Folder string `json:"folder"`
	Files  int    `json:"files"`
}

// ComparedLayer is a layer as two builds made it.
type ComparedLayer struct {
	Instruction string    `json:"instruction"`
	IDs         [2]string `json:"ids"` // digests of the uncompressed archive
}

// Same reports whether both builds made the same layer.
func (l ComparedLayer) Same() bool { return l.IDs[0] == l.IDs[1] }

// LockMismatch is what npm does where package.json asks for another version than package-lock.json has.
type LockMismatch struct {
	Library     string   `json:"library"`
	Asked       string   `json:"asked"`  // in package.json
	Locked      string   `json:"locked"` // in package-lock.json, before
	After       string   `json:"after"`  // and after npm install
	CIExit      int      `json:"ci_exit"`
	InstallExit int      `json:"install_exit"`
	CIErrors    []string `json:"ci_errors,omitempty"` // what npm ci said is wrong
}

// Refused reports whether npm ci failed.
func (m LockMismatch) Refused() bool { return m.CIExit != 0 }
