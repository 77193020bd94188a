package rig_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// get asks for the page by that Host name, or, where it is "", by the address.
func get(t *testing.T, url, host string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = host
	transport := &http.Transport{DisableKeepAlives: true}
	res, err := transport.RoundTrip(req)
	if err != nil {
		return &http.Response{Header: http.Header{}}
	}
	_ = res.Body.Close()
	return res
}

func responds(status int, host string) func(*testing.T, string) {
	return func(t *testing.T, url string) {
		t.Helper()
		if res := get(t, url, host); res.StatusCode != status {
			t.Errorf("status %d, want %d", res.StatusCode, status)
		}
	}
}

// processes are those that have responded within some seconds.
func processes(t *testing.T, url string) map[string]bool {
	t.Helper()
	seen := map[string]bool{}
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline) && len(seen) < 2; {
		if process := get(t, url, "").Header.Get("Process"); process != "" {
			seen[process] = true
		}
		time.Sleep(20 * time.Millisecond)
	}
	return seen
}

func servesInChildren(t *testing.T, url string) {
	t.Helper()
	if seen := processes(t, url); len(seen) == 0 || seen["1"] {
		t.Errorf("the processes that responded are %v", seen)
	}
}

func changesProcess(t *testing.T, url string) {
	t.Helper()
	if seen := processes(t, url); len(seen) < 2 || seen["1"] {
		t.Errorf("the processes that responded are %v, want two children", seen)
	}
}

// boundedOutput finds the container by its port, and reads how much of its output the engine keeps.
func boundedOutput(t *testing.T, url string) {
	t.Helper()
	_, port, _ := strings.Cut(strings.TrimPrefix(url, "http://"), ":")
	id := docker(t, "ps", "--quiet", "--filter", "publish="+port)
	kept := docker(t, "inspect", "--format",
		"{{json .HostConfig.LogConfig}} {{.HostConfig.Privileged}} {{.HostConfig.CapAdd}}", id)
	if kept != `{"Type":"json-file","Config":{"max-file":"2","max-size":"10m"}} false []` {
		t.Error(kept)
	}
}
