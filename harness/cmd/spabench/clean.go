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
		Short: "Remove containers, networks and volumes that runs left behind",
		Long: `Remove the containers, networks, volumes and cgroups that ended runs left behind, found by their labels or names. Images
stay, because they hold the layer caches: the next run builds in seconds. With --images every image named spabench/… is
removed.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := rig.Clean(cmd.Context(), images, newProgress(cmd.ErrOrStderr()))
			if err != nil {
				return err
			}
			_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "removed %d containers, %d networks, %d volumes, %d images\n", c.Containers, c.Networks, c.Volumes, c.Images)
			if c.Groups > 0 {
				_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "removed %d cgroups of variants under limits\n", c.Groups)
			}
			for _, pid := range c.InUse {
				_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "left alone what process %d is using\n", pid)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&images, "images", false, "remove the project's images too")
	return c
}
