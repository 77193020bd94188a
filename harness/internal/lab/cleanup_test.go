package lab

import (
	"errors"
	"fmt"
	"testing"

	"github.com/containerd/errdefs"
)

// A removal that found nothing, or found the removal under way, has achieved what it was for. Any other conflict, such
// as an image in use, has not, and neither has an error that merely reads like one.
func TestAlreadyRemoved(t *testing.T) {
	for _, tc := range []struct {
		err  error
		want bool
	}{
		{fmt.Errorf("no such volume: %w", errdefs.ErrNotFound), true},
		{fmt.Errorf("removal of container x is already in progress: %w", errdefs.ErrConflict), true},
		{fmt.Errorf("unable to delete x, image is being used: %w", errdefs.ErrConflict), false},
		{errors.New("dial unix /var/run/docker.sock: No such file or directory"), false},
	} {
		if got := alreadyRemoved(tc.err); got != tc.want {
			t.Errorf("%v: %t, want %t", tc.err, got, tc.want)
		}
	}
}
