package inventory

import (
	"fmt"
	"slices"
	"testing"
)

func TestPackages(t *testing.T) {
	img := read(t, Config{},
		entry{name: "/var/lib/dpkg/status", content: "Package: dash\nStatus: install ok installed\n" +
			"Version: 0.5.12-12\nDescription: x\n a: b\n .\n\n" +
			"Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n"},
		entry{name: "/var/lib/dpkg/status.d/base", content: "Package: base-files\nVersion: 13\n"},
		entry{name: "/var/lib/dpkg/status.d/base.md5sums", content: "Package: x\n"},
		entry{name: "/lib/apk/db/installed",
			content: "C:Q1\nP:musl\nV:1.2.5-r0\nF:lib\nR:ld-musl.so.1\n\nP:zlib\nV:1.3\n"},
		entry{
			name:    "/usr/lib/python3/dist-packages/pip-25.1.1.dist-info/METADATA",
			content: "Metadata-Version: 2.4\nName: pip\nVersion: 25.1.1\n",
		},
		entry{name: "/usr/lib/python3/dist-packages/old.egg-info", content: "Name: old\nVersion: 1\n"},
		entry{name: "/a/node_modules/c/package.json", content: `{"name":"c","version":"2.0.0"}`},
		entry{name: "/a/node_modules/c/node_modules/@d/e/package.json", content: `{"name":"@d/e","version":"3.0.0"}`},
		entry{name: "/a/node_modules/c/dist/package.json", content: `{"name":"none","version":"1"}`},
		entry{name: "/a/node_modules/f/package.json", content: `{"type":"module"}`},
		entry{name: "/a/node_modules/g/package.json", content: `{`},
		entry{name: "/a/package.json", content: `{"name":"app","version":"1"}`},
	)
	var got []string
	for _, p := range img.Packages {
		got = append(got, fmt.Sprint(p.Manager, " ", p.Name, " ", p.Version))
	}
	want := []string{
		"dpkg base-files 13", "dpkg dash 0.5.12-12", "apk musl 1.2.5-r0", "apk zlib 1.3",
		"pip old 1", "pip pip 25.1.1", "npm @d/e 3.0.0", "npm c 2.0.0",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if len(img.By(Dpkg)) != 2 || img.By(GoModule) != nil {
		t.Errorf("by manager: %v", img.Packages)
	}
}
