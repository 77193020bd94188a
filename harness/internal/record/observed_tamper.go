package record

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// TamperObserved is what became of attacks on the files of a build in running containers, or on the program that has
// them inside, and who could make such an attack.
type TamperObserved struct {
	Hardening string       `json:"hardening"` // the options of hardened containers
	Integrity bool         `json:"integrity"` // the page names digests of its scripts
	Access    []FileAccess `json:"access"`
	Attacks   []Attack     `json:"attacks"`
}

// TamperWay is a way to change a file of a running container.
type TamperWay string

// TamperWays are all of them, the one that needs the least privilege first.
var TamperWays = []TamperWay{ByOwnUser, ByExec, ByCopy, BySecondContainer}

// Ways to change a file.
const (
	ByOwnUser         TamperWay = "own user"         // as the user that the server runs as
	ByExec            TamperWay = "docker exec"      // as root in the container
	ByCopy            TamperWay = "docker cp"        // as root outside
	BySecondContainer TamperWay = "second container" // as root in a container that sees the server's processes
)

// FileAccess is who can change the files of a running variant, or its program.
type FileAccess struct {
	Variant  string               `json:"variant"`
	Hardened bool                 `json:"hardened"`
	Shell    bool                 `json:"shell"`   // the container has a shell
	Refused  map[TamperWay]string `json:"refused"` // why that way cannot change them; "" where it can
}

// TamperClients are who asks for what was attacked: one that accepts gzip and br as browsers do, one that accepts gzip
// alone as some proxies do, and one that accepts no content coding as curl does.
var TamperClients = []string{BrowserClient, GzipClient, CurlClient}

// Clients by what they accept.
const (
	BrowserClient = "browser"
	GzipClient    = "gzip"
	CurlClient    = "curl"
)

// Attack is what came of one attack on one variant.
type Attack struct {
	Variant  string    `json:"variant"`
	Embedded bool      `json:"embedded"` // the build is inside the program, which was attacked
	Name     string    `json:"name"`
	By       TamperWay `json:"by"`
	Refused  string    `json:"refused,omitempty"` // why it could not be made; "" when it was

	Served       TamperResponses `json:"served"`
	OldTagStatus int             `json:"old_tag_status"` // of a request with the ETag from before the attack
	CacheControl string          `json:"cache_control"`  // of the response to curl
	Logged       int             `json:"logged"`         // lines that the containers logged meanwhile
	Health       int             `json:"health"`         // status of the API's health endpoint

	Restarted TamperResponses `json:"restarted"` // after a restart; nil when it did not start
	Renewed   TamperResponses `json:"renewed"`   // from a new container of the same image

	// NewTagStatus is the status of a request to the new container with the ETag of what was served after the attack; 0
	// when there was none to ask with.
	NewTagStatus int `json:"new_tag_status,omitempty"`
}

// TamperResponses are the responses by client.
type TamperResponses map[string]TamperResponse

// TamperResponse is what a client got.
type TamperResponse struct {
	Status  int           `json:"status"` // 0: no response
	Content ServedContent `json:"content,omitempty"`
}

// ServedContent is what the content of a response with status 200 is.
type ServedContent string

// Contents.
const (
	BuiltContent    ServedContent = "right"       // the build's
	AttackerContent ServedContent = "tampered"    // the attacker's
	EmptyContent    ServedContent = "nothing"     // no bytes
	OtherContent    ServedContent = "other bytes" // neither the build's nor the attacker's
)

// Right reports whether it has the build's bytes.
func (r TamperResponse) Right() bool { return r.Status == http.StatusOK && r.Content == BuiltContent }

// AllRight reports whether every client got the build's bytes.
func (r TamperResponses) AllRight() bool {
	return !slices.ContainsFunc(TamperClients, func(client string) bool { return !r[client].Right() })
}

// SomeWrong reports whether some client got other bytes than the build's with status 200.
func (r TamperResponses) SomeWrong() bool {
	return r.some(func(got TamperResponse) bool { return got.Status == http.StatusOK && got.Content != BuiltContent })
}

// SomeMissing reports whether some client got no file.
func (r TamperResponses) SomeMissing() bool {
	return r.some(func(got TamperResponse) bool { return got.Status != http.StatusOK })
}

func (r TamperResponses) some(are func(TamperResponse) bool) bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(r)), are)
}

// Corrupts reports whether the attack gave some client wrong bytes with status 200.
func (a Attack) Corrupts() bool { return a.Served.SomeWrong() }

// Deletes reports whether the attack left some client without the file.
func (a Attack) Deletes() bool { return a.Served.SomeMissing() }

// Shows reports whether a client notices the attack while the server runs.
func (a Attack) Shows() bool { return !a.Served.AllRight() }

// ShowsAfterRestart reports whether a client notices the attack after a restart, as when the server does not start.
func (a Attack) ShowsAfterRestart() bool { return !a.Restarted.AllRight() }

// Unnoticed reports whether neither a log nor the health endpoint shows that wrong bytes are served.
func (a Attack) Unnoticed() bool { return a.Corrupts() && a.Logged <= 0 && a.Health == http.StatusOK }

// SparesBrowsers reports whether wrong bytes are served, but not to browsers.
func (a Attack) SparesBrowsers() bool { return a.Corrupts() && a.Served[BrowserClient].Right() }

// HealedByRestart reports whether a restart undoes an attack that shows.
func (a Attack) HealedByRestart() bool { return a.Shows() && a.Restarted.AllRight() }

// HealedByRenewal reports whether a new container of the same image undoes an attack that shows.
func (a Attack) HealedByRenewal() bool { return a.Shows() && a.Renewed.AllRight() }

// KeepsTag reports whether the ETag from before the attack is still valid for wrong bytes.
func (a Attack) KeepsTag() bool { return a.Corrupts() && a.OldTagStatus == http.StatusNotModified }

// Sticks reports whether the ETag of what was served after the attack is valid for the right bytes.
func (a Attack) Sticks() bool { return a.NewTagStatus == http.StatusNotModified }

// CachedForGood reports whether wrong bytes were served as immutable, so that caches do not even ask again.
func (a Attack) CachedForGood() bool {
	return a.Corrupts() && !a.Served[CurlClient].Right() && strings.Contains(a.CacheControl, "immutable")
}

// OnPrograms are the attacks on programs that have the build inside.
func (o TamperObserved) OnPrograms() []Attack { return o.attacks(true) }

// OnFiles are the attacks on files on disk.
func (o TamperObserved) OnFiles() []Attack { return o.attacks(false) }

func (o TamperObserved) attacks(embedded bool) (some []Attack) {
	for _, a := range o.Attacks {
		if a.Embedded == embedded {
			some = append(some, a)
		}
	}
	return some
}

// FilesExposed reports whether each variant with files on disk was made to serve wrong bytes, and to serve none.
func (o TamperObserved) FilesExposed() bool {
	corrupted, deleted := map[string]bool{}, map[string]bool{}
	for _, a := range o.OnFiles() {
		corrupted[a.Variant] = corrupted[a.Variant] || a.Corrupts()
		deleted[a.Variant] = deleted[a.Variant] || a.Deletes()
	}
	for name := range corrupted {
		if !corrupted[name] || !deleted[name] {
			return false
		}
	}
	return true
}
