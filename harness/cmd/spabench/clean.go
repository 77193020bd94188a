package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"spabench/harness/internal/rig"
)

func cleanCommand() *cobra.Command {
	var images bool
	c := &cobra.Command{
		Use:   "clean",
		Short: "Remove the containers, networks and volumes that runs left behind",
		Long: `Remove the containers, networks, volumes and cgroups left behind by runs that have ended; they are
found by their labels or names. Images are kept, because they hold the layer caches with which the next run builds in
seconds. With --images, every image named spabench/… is removed, too.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			stderr := cmd.ErrOrStderr()
			c, err := rig.Clean(cmd.Context(), images, newProgress(stderr))
			if err != nil {
				return err
			}
			_, _ = fmt.Fprintf(stderr, "removed %d containers, %d networks, %d volumes, %d images\n",
				c.Containers, c.Networks, c.Volumes, c.Images)
			if c.Groups > 0 {
				_, _ = fmt.Fprintf(stderr, "removed %d cgroups of variants under limits\n", c.Groups)
			}
			for _, pid := range c.InUse {
				_, _ = fmt.Fprintf(stderr, "kept what process %d is using\n", pid)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&images, "images", false, "also remove the project's images")
	return c
}
