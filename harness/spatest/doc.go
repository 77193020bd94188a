// Package spatest checks that a server of a single-page app behaves: that deep
// links get the page, that missing scripts and unknown API paths do not, that
// caches may keep what they are told to keep, and that no spelling of a path
// leaves the folder that is served.
//
// In a test, one call against a running server:
//
//	func TestServer(t *testing.T) {
//		spatest.Run(t, spatest.Target{URL: "http://127.0.0.1:8080", Dist: os.DirFS("dist")})
//	}
//
// Every check is a subtest of its name, so -run selects:
//
//	go test -run 'TestServer/routing-deep-link'
//
// Outside a test, [Inspect] returns a [Report], which marshals to JSON and back.
//
// With only a URL the assets are discovered from the page, and what can be
// decided is decided; with Dist, the folder that the build wrote, bytes are
// compared as well. Name the API (Target.API, Target.APIGet), or say that there
// is none with API: "-". What cannot be decided is skipped with the reason,
// never passed.
//
// Requests are raw HTTP/1.1 on a socket: the request target goes out byte for
// byte as a check writes it, redirects are not followed, and every exchange is
// bounded in time and size. A violation prints the requirement, a curl line
// that shows it, what was expected and what came.
//
// A rule that a server cannot keep is waived with a reason (Target.Waive). A
// waiver is strict both ways: a waived check that passes fails the run, so that
// waivers do not outlive their reason.
package spatest
