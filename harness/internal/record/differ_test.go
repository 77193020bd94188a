package record

import "testing"

// Records from before the image store was noted are comparable with those that have it, and only with those of the same
// kind of store.
func TestStoreOf(t *testing.T) {
	older := Env{StorageDriver: "overlay2"}
	for store, differ := range map[string]bool{GraphDriver: false, Snapshotter: true, "Podman's own store": true} {
		newer := older
		newer.ImageStore = store
		if got := Differences(older, newer); (len(got) > 0) != differ {
			t.Errorf("%s: %v", store, got)
		}
		if got := StoreOf(newer); got != store {
			t.Errorf("%s is read as %s", store, got)
		}
	}
	if got := StoreOf(Env{StorageDriver: "overlayfs"}); got != Snapshotter {
		t.Errorf("the driver of a containerd snapshotter is read as %s", got)
	}
}
