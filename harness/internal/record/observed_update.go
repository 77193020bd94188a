package record

import (
	"net/http"
	"slices"
	"time"
)

// UpdateObserved is what visitors saw while build A was replaced by build B.
type UpdateObserved struct {
	Updates []Update `json:"updates"`
}

// Update is what visitors saw of one way to replace build A by build B in one variant.
type Update struct {
	Variant string     `json:"variant"`
	Kind    UpdateKind `json:"kind"`
	Way     string     `json:"way,omitempty"` // how the files were replaced, now or before the restart

	Loads   int           `json:"loads"`  // page loads that got responses, from when the update began
	Broken  int           `json:"broken"` // those of them in which a response was not what it should be
	Silent  int           `json:"silent"` // page loads in which a response never came
	Fault   LoadFault     `json:"fault,omitzero"`
	Seen    time.Duration `json:"seen"`    // nanoseconds to the first correct load of B; 0: never
	Without time.Duration `json:"without"` // nanoseconds of the longest time in which no load got responses
	Settled bool          `json:"settled"` // in the end, visitors saw B and nothing else

	OldChunk ChunkResponse `json:"old_chunk"`
}

// UpdateKind is what was replaced or restarted.
type UpdateKind string

// Kinds of update.
const (
	FilesUpdate     UpdateKind = "files"     // in the running container
	RestartUpdate   UpdateKind = "restart"   // of the containers, after replacing files was not enough
	ContainerUpdate UpdateKind = "container" // by one of another image, on the same port
)

// LoadFault is what was wrong with a page load. In an [Update], it is the most frequent fault; zero when there was
// none.
type LoadFault struct {
	PageOf      string `json:"page_of,omitempty"` // the build whose page named the asset; "" when the page was wrong
	Destination string `json:"destination"`       // of the response that was wrong: document, script, style and so on
	Status      int    `json:"status"`
	Empty       bool   `json:"empty,omitempty"` // status 200, and no bytes; otherwise status 200 came with wrong bytes
}

// ChunkResponse is what a tab gets that has build A open and loads a script of A that B does not have.
type ChunkResponse struct {
	Status  int          `json:"status"` // 0: no response
	Content ChunkContent `json:"content,omitempty"`
}

// ChunkContent is the content of a response with status 200.
type ChunkContent string

// Contents.
const (
	ScriptContent     ChunkContent = "script" // the script of A
	PageContent       ChunkContent = "page"   // of A or B
	NoContent         ChunkContent = "empty"
	UnexpectedContent ChunkContent = "other"
)

// Kept reports whether the old script is still served.
func (r ChunkResponse) Kept() bool { return r.Status == http.StatusOK && r.Content == ScriptContent }

// Of are the updates of one kind.
func (o UpdateObserved) Of(kind UpdateKind) (some []Update) {
	for _, u := range o.Updates {
		if u.Kind == kind {
			some = append(some, u)
		}
	}
	return some
}

// OnDisk are the names of the variants whose files were replaced.
func (o UpdateObserved) OnDisk() (names []string) {
	for _, u := range o.Of(FilesUpdate) {
		if !slices.Contains(names, u.Variant) {
			names = append(names, u.Variant)
		}
	}
	return names
}

// Settles reports whether some update of that kind brought a variant's visitors build B and nothing else.
func (o UpdateObserved) Settles(kind UpdateKind, variant string) bool {
	return slices.ContainsFunc(o.Of(kind), func(u Update) bool { return u.Variant == variant && u.Settled })
}
