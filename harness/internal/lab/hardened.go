package lab

import (
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"

	"spabench/variants"
)

// Hardening is what Options.Hardened asks of the engine for each container, as docker run takes it.
const Hardening = "--read-only --cap-drop ALL --security-opt no-new-privileges"

// harden does that. Where the container writes all the same is a file system of its own: what need not last on a tmpfs,
// data on a volume without a name, which begins as the image's folder and is removed with the container.
func harden(h *container.HostConfig, c variants.Container) {
	h.ReadonlyRootfs = true
	h.CapDrop = []string{"ALL"}
	h.SecurityOpt = append(h.SecurityOpt, "no-new-privileges")
	if c.Scratch != "" {
		h.Tmpfs = map[string]string{c.Scratch: ""}
	}
	if c.Data != "" {
		h.Mounts = append(h.Mounts, mount.Mount{Type: mount.TypeVolume, Target: c.Data})
	}
}
