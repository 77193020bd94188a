package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"

	"spabench/harness/internal/rig"
)

// version is set by the linker where the sources are built without their history: in an image.
var version string

// versionText is what --version prints: which program this is, what built it, and which engine it speaks to.
func versionText() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = new(debug.BuildInfo)
	}
	known := cmp.Or(version, buildVersion(info),
		"of an unknown version (go build in a clone records it, go run does not)")
	return fmt.Sprintf("spabench %s\n"+
		"%s, %s/%s\n"+
		"Docker Engine API %s (of an older engine, the version that it offers)\n",
		known, runtime.Version(), runtime.GOOS, runtime.GOARCH, rig.EngineAPI)
}

// buildVersion is the module's version, which Go makes of a checkout's tag or commit; or the commit, with a mark where
// files differed from it; "" where Go recorded neither.
func buildVersion(info *debug.BuildInfo) string {
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	commit, dirty := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "+dirty"
		}
	}
	if commit == "" {
		return ""
	}
	return "commit " + commit + dirty
}
