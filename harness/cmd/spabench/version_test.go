package main

import (
	"runtime/debug"
	"testing"
)

func TestBuildVersion(t *testing.T) {
	setting := func(key, value string) debug.BuildSetting { return debug.BuildSetting{Key: key, Value: value} }
	for _, tc := range []struct {
		name string
		info debug.BuildInfo
		want string
	}{
		{"a release", debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}, "v1.2.3"},
		{"a version made of a commit",
			debug.BuildInfo{Main: debug.Module{Version: "v0.0.0-20261101000000-0123456789ab+dirty"}},
			"v0.0.0-20261101000000-0123456789ab+dirty"},
		{"a commit", debug.BuildInfo{Main: debug.Module{Version: "(devel)"},
			Settings: []debug.BuildSetting{setting("vcs.revision", "0123abcd"), setting("vcs.modified", "false")}},
			"commit 0123abcd"},
		{"a changed checkout", debug.BuildInfo{Main: debug.Module{Version: "(devel)"},
			Settings: []debug.BuildSetting{setting("vcs.revision", "0123abcd"), setting("vcs.modified", "true")}},
			"commit 0123abcd+dirty"},
	} {
		if got := buildVersion(&tc.info); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
	if got := buildVersion(new(debug.BuildInfo)); got != "" {
		t.Errorf("nothing known: %q", got)
	}
}
