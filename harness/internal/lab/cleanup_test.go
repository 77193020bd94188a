package lab

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/testcontainers/testcontainers-go"
)

// A removal that finds the container gone, or another removal of it under way, has achieved what it was for. A
// container that stays does not count as gone.
func TestRemoveContainer(t *testing.T) {
	l := openLab(t)
	c, err := l.createContainer(t.Context(), testcontainers.ContainerRequest{
		Image: l.shellImage(), Labels: l.labels(), Entrypoint: []string{"sleep", "infinity"},
	})
	if err != nil {
		t.Fatal(err)
	}
	id := c.GetContainerID()
	if err := c.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	briefly, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if l.vanishes(briefly, id) {
		t.Error("a container that stays is taken for one that is being removed")
	}
	for _, err := range inParallel(slices.Repeat([]string{id}, 5), func(id string) error {
		return l.removeContainer(t.Context(), id)
	}) {
		if err != nil {
			t.Error(err)
		}
	}
	if err := l.removeContainer(t.Context(), id); err != nil {
		t.Errorf("removed again: %v", err)
	}
}
