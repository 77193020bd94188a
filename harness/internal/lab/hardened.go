package lab

import (
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"

	"spabench/variants"
)

// Hardening is what Options.Hardened sets for each container, written as options of docker run.
const Hardening = "--read-only --cap-drop ALL --security-opt no-new-privileges"

// harden applies Hardening. The folders that the container must write to are file systems of their own: a tmpfs for
// temporary files, and for data an anonymous volume, which starts with the content of the image's folder and is removed
// with the container.
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
