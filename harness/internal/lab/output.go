package lab

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"spabench/variants"
)

// boundedLog is how the engine keeps the output of an added server, which may write more than the disk can hold. The
// driver is the engine's own default; only the bound is added.
var boundedLog = container.LogConfig{
	Type: "json-file", Config: map[string]string{"max-size": "10m", "max-file": "2"},
}

// Logs returns the last lines of each container's output.
func (r *Running) Logs(ctx context.Context) string {
	const lines = 20
	var b bytes.Buffer
	for _, p := range r.parts {
		text, err := r.lab.output(ctx, p.c.GetContainerID(), lines)
		if err == nil && len(text) > 0 {
			fmt.Fprintf(&b, "%s:\n%s\n", p.name, mask(tail(text, lines), r.secrets(p.name)))
		}
	}
	return b.String()
}

// output is the end of what a container has written: of a server that writes a lot, the whole would be gigabytes.
func (l *Lab) output(ctx context.Context, id string, lines int) (string, error) {
	got, err := l.docker.ContainerInspect(ctx, id, client.ContainerInspectOptions{})
	if err != nil {
		return "", err
	}
	out, err := l.docker.ContainerLogs(ctx, id, client.ContainerLogsOptions{
		ShowStdout: true, ShowStderr: true, Tail: strconv.Itoa(lines),
	})
	if err != nil {
		return "", err
	}
	defer func() { _ = out.Close() }()
	var b bytes.Buffer
	bounded := io.LimitReader(out, 1<<20) // a line may be long
	if got.Container.Config != nil && got.Container.Config.Tty {
		_, err = io.Copy(&b, bounded)
	} else {
		_, err = stdcopy.StdCopy(&b, &b, bounded)
	}
	if b.Len() > 0 {
		return b.String(), nil
	}
	return "", err
}

// secrets are the values of environment variables that a container's output must not show, since it is recorded.
func (r *Running) secrets(container string) map[string]string {
	all := map[string]string{}
	if r.variant.Kind == variants.Added {
		maps.Copy(all, r.variant.Environ)
	}
	if r.stack != nil {
		maps.Copy(all, r.stack.secrets(container))
	}
	return all
}

// mask replaces values by their names, the longest first, as another may be a part of it. Short values, which are part
// of any text, stay.
func mask(text string, values map[string]string) string {
	const shortest = 5
	names := slices.SortedFunc(maps.Keys(values), func(a, b string) int { return len(values[b]) - len(values[a]) })
	for _, name := range names {
		if value := values[name]; len(value) >= shortest {
			text = strings.ReplaceAll(text, value, "${"+name+"}")
		}
	}
	return text
}
