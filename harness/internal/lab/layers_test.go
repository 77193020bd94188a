package lab

import (
	"archive/tar"
	"bytes"
	"slices"
	"strings"
	"testing"
)

// The layers of an image are its own and its base's, each with its instruction, and add up to what Weigh returns.
func TestLayers(t *testing.T) {
	l := openLab(t)
	ref, err := l.Build(t.Context(), "nginx-three-container.proxy")
	if err != nil {
		t.Fatal(err)
	}
	layers, err := l.Layers(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	var sum Image
	var own []string
	for _, y := range layers {
		sum.Unpacked += y.Unpacked
		sum.Compressed += y.Compressed
		if y.Instruction == "" {
			t.Errorf("no instruction in %+v", y)
		}
		if !y.Base {
			sum.Own += y.Unpacked
			own = append(own, y.Instruction)
		}
	}
	want, err := l.Weigh(t.Context(), []string{ref})
	if err != nil || len(layers) != want.Layers || sum.Unpacked != want.Unpacked ||
		sum.Compressed != want.Compressed || sum.Own != want.Own {
		t.Errorf("%d layers, together %+v; weighed %+v, %v", len(layers), sum, want, err)
	}
	if len(own) != 2 || !strings.HasPrefix(own[0], "COPY ") || !strings.HasSuffix(own[0], "/etc/nginx/nginx.conf") ||
		!strings.HasPrefix(own[1], "COPY ") {
		t.Errorf("instructions of its own layers: %q", own)
	}
	if _, err := l.Layers(t.Context(), "spabench/no-such:latest"); err == nil {
		t.Error("layers of an image that does not exist")
	}
}

func TestInstruction(t *testing.T) {
	hash := strings.Repeat("0a", 32)
	for recorded, want := range map[string]string{
		"/bin/sh -c #(nop) COPY file:" + hash + " in /etc/nginx/nginx.conf ": "COPY file in /etc/nginx/nginx.conf",
		"/bin/sh -c #(nop) COPY --chown=1:1dir:" + hash + " in /data ":       "COPY --chown=1:1 dir in /data",
		"/bin/sh -c #(nop)  CMD [\"sh\"]":                                    `CMD ["sh"]`,
		"/bin/sh -c apt-get update  && true":                                 "RUN apt-get update && true",
		"|1 BUILD_ID=A /bin/sh -c npm run build":                             "RUN npm run build",
		"RUN |2 A=b C=d e /bin/sh -c make # buildkit":                        "RUN make",
		"COPY /server /server # buildkit":                                    "COPY /server /server",
		"WORKDIR /app":                                                       "WORKDIR /app",
		"":                                                                   "",
	} {
		if got := instruction(recorded); got != want {
			t.Errorf("%q: got %q, want %q", recorded, got, want)
		}
	}
}

// Both layouts of docker save are read, and what is no such archive is refused.
func TestImageConfig(t *testing.T) {
	const config = `{"history":[{"comment":"Imported"},{"created_by":"EXPOSE 80","empty_layer":true},` +
		`{"created_by":"COPY /a /b # buildkit"}],` +
		`"rootfs":{"diff_ids":["sha256:1","sha256:2"]}}`
	pack := func(files ...string) *bytes.Buffer {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for i := 0; i < len(files); i += 2 {
			h := &tar.Header{Name: files[i], Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(files[i+1]))}
			if err := w.WriteHeader(h); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write([]byte(files[i+1])); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return &b
	}
	for _, name := range []string{"75c9.json", "blobs/sha256/75c9"} {
		c, err := readImageConfig(pack("1/layer.tar", "x", "1/json", "{}", name, config,
			"manifest.json", `[{"Config":"`+name+`"}]`))
		if err != nil || len(c.RootFS.DiffIDs) != 2 ||
			!slices.Equal(c.instructions(), []string{"Imported", "COPY /a /b"}) {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
	for _, files := range [][]string{
		{},
		{"manifest.json", "[]"},
		{"manifest.json", `[{"Config":"absent"}]`},
		{"manifest.json", "["},
	} {
		if c, err := readImageConfig(pack(files...)); err == nil {
			t.Errorf("%q: %+v", files, c)
		}
	}
}
