package lab

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/moby/moby/api/types/image"
	"github.com/moby/moby/client"

	"spabench/harness/internal/alone"
)

// labelTest is on the images of the tests here: other processes use the engine, too, and make and remove images.
const labelTest = "spabench.test"

// stagesOf is a Dockerfile that leaves two untagged stages behind, one of which is its own alone.
func stagesOf(own string) string {
	const from = "FROM scratch\nLABEL " + labelTest + "=1\n"
	stage := func(name string) string { return strings.Replace(from, "scratch", "scratch AS "+name, 1) }
	return stage("both") + "COPY both /both\n" + stage("one") + "COPY " + own + " /own\n" +
		from + "COPY --from=both /both /both\nCOPY --from=one /own /own\n"
}

// Of a build of somebody's Dockerfile nothing is left that the project's name does not lead to, and what their own
// build has left before, with which this one shares a stage, stays as it was.
func TestStages(t *testing.T) {
	alone.WithEngine(t)
	const prefix = "spabench-stages"
	l, err := OpenEngine(t.Context(), prefix, t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"both": t.TempDir(), "a": t.TempDir(), "b": t.TempDir(), // as new as these folders
		"theirs.Dockerfile": stagesOf("a"), "ours.Dockerfile": stagesOf("b"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	first := images(t, l)
	const theirs = prefix + "-mine/shop:1"
	err = l.build(t.Context(), buildRequest{context: dir, dockerfile: "theirs.Dockerfile", ref: theirs})
	if err != nil {
		t.Fatal(err)
	}
	before := images(t, l)
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		for _, left := range before {
			if id, _, _ := strings.Cut(left, " "); !slices.Contains(first, left) {
				o := client.ImageRemoveOptions{Force: true, PruneChildren: true}
				if err := l.removeImage(ctx, id, o); err != nil {
					t.Error(err)
				}
			}
		}
		if err := l.Close(ctx); err != nil {
			t.Error(err)
		}
	})

	ref, err := l.Obtain(t.Context(), "shop", Source{Context: dir, Dockerfile: "ours.Dockerfile"})
	if err != nil {
		t.Fatal(err)
	}
	made := slices.DeleteFunc(images(t, l), func(image string) bool { return slices.Contains(before, image) })
	stages := 0
	for _, image := range made {
		_, name, _ := strings.Cut(image, " ")
		if strings.HasPrefix(name, strings.TrimSuffix(ref, "latest")+"stage-") {
			stages++
		} else if name != ref {
			t.Errorf("left without the project's name: %s", image)
		}
	}
	if len(before)-len(first) != 3 || len(made) != 2 || stages != 1 {
		t.Errorf("their build made %d images, want 3; ours made %q, want the last and a stage",
			len(before)-len(first), made)
	}
	if got := l.Kept(); !strings.Contains(got, "spabench clean --images") || !strings.HasSuffix(got, ": "+ref) {
		t.Errorf("kept: %s", got)
	}
	if n, err := l.untag(t.Context(), keepNothing, prefix); err != nil || n != 2 {
		t.Errorf("untagged %d, %v", n, err)
	}
	if after := images(t, l); !slices.Equal(after, before) {
		t.Errorf("images %q\nbefore %q", after, before)
	}
}

// TestBuiltID holds that a process uses the image that it built, and not the one to which another process has given the
// same name since.
func TestBuiltID(t *testing.T) {
	alone.WithEngine(t)
	const ref = "spabench-ids/image:latest"
	built := func(content string) (*Lab, string) {
		l, err := OpenEngine(t.Context(), "spabench-ids", t.Logf)
		if err != nil {
			t.Fatal(err)
		}
		dir := writeFiles(t, map[string]string{"Dockerfile": "FROM scratch\nCOPY file /file\n", "file": content})
		if err := l.build(t.Context(), buildRequest{context: dir, dockerfile: "Dockerfile", ref: ref}); err != nil {
			t.Fatal(err)
		}
		return l, content
	}
	first, one := built(t.TempDir()) // a name that no other run has
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		o := client.ImageRemoveOptions{Force: true, PruneChildren: true}
		err := errors.Join(first.removeImage(ctx, first.idOf(ref), o), first.removeImage(ctx, ref, o), first.Close(ctx))
		if err != nil {
			t.Error(err)
		}
	})
	second, two := built(t.TempDir())
	t.Cleanup(func() { _ = second.Close(context.WithoutCancel(t.Context())) })
	for l, want := range map[*Lab]string{first: one, second: two} {
		var got []byte
		err := l.ReadFile(t.Context(), ref, "/file", func(content io.Reader) (err error) {
			got, err = io.ReadAll(content)
			return err
		})
		config, configErr := l.Config(t.Context(), ref)
		if err != nil || configErr != nil || string(got) != want || config.ID != l.idOf(ref) {
			t.Errorf("the file is %q, %v; the image is %s, %v, want %s", got, err, config.ID, configErr, l.idOf(ref))
		}
		if weighed, err := l.Weigh(t.Context(), []string{ref}); err != nil || weighed.IDs[0] != l.idOf(ref) {
			t.Errorf("weighed %+v, %v", weighed, err)
		}
	}
}

// TestKeepStages holds which images of tests keep their names.
func TestKeepStages(t *testing.T) {
	stage := image.Summary{Labels: map[string]string{labelStage: "1"}}
	for tag, want := range map[string]bool{
		TestPrefix + "/spa:dist": true, TestPrefix + "/added-shop-01234567:latest": false,
	} {
		if got := keepStages(tag, stage); got != want {
			t.Errorf("%s: %t", tag, got)
		}
	}
	if keepStages(TestPrefix+"/null:latest", image.Summary{}) {
		t.Error("what has no label would be left without anything by which to find it")
	}
}

// TestOwnName holds that the images of servers of one name have other names in another project, and the same ones
// wherever the project is named from.
func TestOwnName(t *testing.T) {
	l := &Lab{prefix: "p"}
	dir := t.TempDir()
	t.Chdir(dir)
	name := func(s Source) string {
		own, err := l.ownName("shop", s)
		if err != nil || !regexp.MustCompile(`^p/added-shop-[0-9a-f]{8}$`).MatchString(own) {
			t.Fatalf("%q, %v", own, err)
		}
		return own
	}
	here := name(Source{Context: "."})
	for _, s := range []Source{
		{Context: dir}, {Compose: "compose.yaml"}, {Compose: filepath.Join(dir, "compose.yaml")},
		{Context: "/tmp/revision-1", Home: "."}, {Compose: "/tmp/revision-1/compose.yaml", Home: dir},
	} {
		if got := name(s); got != here {
			t.Errorf("%+v: %s, want %s", s, got, here)
		}
	}
	if other := name(Source{Context: "other"}); other == here {
		t.Errorf("two projects have %s", other)
	}
}

// A build that fails leaves stages, too.
func TestStagesOfFailure(t *testing.T) {
	alone.WithEngine(t)
	const prefix = "spabench-stages"
	l, err := OpenEngine(t.Context(), prefix, t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := l.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"own": dir, "Dockerfile": "FROM scratch\nLABEL " + labelTest + "=1\nCOPY own /own\nCOPY absent /\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	before := images(t, l)
	_, err = l.Obtain(t.Context(), "broken", Source{Context: dir, Dockerfile: "Dockerfile"})
	if failed := new(BuildError); !errors.As(err, &failed) {
		t.Errorf("error %v", err)
	}
	if got := l.Kept(); got != "" {
		t.Errorf("kept: %s", got)
	}
	if n, err := l.untag(t.Context(), keepNothing, prefix); err != nil || n != 1 {
		t.Errorf("untagged %d, %v", n, err)
	}
	if after := images(t, l); !slices.Equal(after, before) {
		t.Errorf("images %q\nbefore %q", after, before)
	}
}

// images lists the images with labelTest that have a name, or that no other is based on: the id, a space, and the name.
func images(t *testing.T, l *Lab) []string {
	t.Helper()
	ours := make(client.Filters).Add("label", labelTest)
	got, err := l.docker.ImageList(t.Context(), client.ImageListOptions{Filters: ours})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, img := range got.Items {
		for _, tag := range img.RepoTags {
			all = append(all, img.ID+" "+tag)
		}
		if len(img.RepoTags) == 0 {
			all = append(all, img.ID+" ")
		}
	}
	slices.Sort(all)
	return all
}
