package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"spabench/harness/internal/inventory"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/table"
	"spabench/variants"
)

// imageFlags say what is shown of images, and how.
type imageFlags struct {
	format        string
	paths, layers bool
}

func imageCommand() *cobra.Command {
	var f imageFlags
	c := &cobra.Command{
		Use:   "image [VARIANT…]",
		Short: "Show what the variants' images contain, and run them hardened",
		Long: `Build the variants (if none is named, all that serve the React app), and show how large their images are
and what they contain: programs and their dependencies, packages, shells, interpreters, compilers, Node.js, source code,
and other things that a server could do without. Then start each variant once with a read-only file system, no
capabilities and no new privileges, and report whether it becomes ready, serves the page and the API, and can write
files.

Exit code 1 if a variant does not build, or does not work when hardened. What is found in an image is not a failure.`,
		Example: `  spabench image
  spabench image --paths fastapi
  spabench image --layers nginx-three-container`,
		ValidArgs: variants.Names(strategies()),
		RunE: func(cmd *cobra.Command, args []string) error {
			chosen, err := selectNamed("variant", strategies(), args)
			if err != nil {
				return err
			}
			if len(args) == 0 { // with another front end, embedded-go is the same program around other files
				chosen = slices.DeleteFunc(chosen, func(v variants.Variant) bool { return v.Front != "" })
			}
			if err := knownFormat(f.format, "text", "markdown", "json"); err != nil {
				return err
			}
			if f.layers && f.paths {
				return errors.New("--layers shows only layers: leave out --paths")
			}
			root, err := projectRoot()
			if err != nil {
				return err
			}
			return f.run(cmd, root, chosen)
		},
	}
	c.Flags().StringVar(&f.format, "format", "text",
		"output `format`: text, markdown, or json, which contains everything that was found")
	c.Flags().BoolVar(&f.paths, "paths", false, "list the path of everything that was found, below the tables")
	c.Flags().BoolVar(&f.layers, "layers", false,
		"show only the layers of the images, with their sizes and the instructions that made them")
	return c
}

func (f imageFlags) run(cmd *cobra.Command, root string, chosen []variants.Variant) (err error) {
	ctx, p := cmd.Context(), newProgress(cmd.ErrOrStderr())
	defer p.finish()
	images, err := rig.Open(ctx, root, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, images.Close(ctx)) }()
	if f.layers {
		return f.showLayers(ctx, cmd.OutOrStdout(), images, chosen)
	}
	report, inventoryErr := images.Inventory(ctx, chosen, p)
	if len(report.Variants) == 0 || ctx.Err() != nil {
		return inventoryErr
	}
	p.finish()
	return errors.Join(f.show(cmd.OutOrStdout(), report), inventoryErr)
}

func (f imageFlags) showLayers(ctx context.Context, w io.Writer, images rig.Rig, chosen []variants.Variant) error {
	var all []inventory.Layers
	for _, v := range chosen {
		of, err := images.Layers(ctx, v)
		if err != nil {
			return err
		}
		all = append(all, of)
	}
	switch f.format {
	case "markdown":
		return table.LayersMarkdown(w, all)
	case "json":
		return writeJSON(w, all)
	}
	return table.Layers(w, all)
}

func (f imageFlags) show(w io.Writer, r inventory.Report) error {
	switch f.format {
	case "markdown":
		return table.InventoryMarkdown(w, r, f.paths)
	case "json":
		return writeJSON(w, r)
	}
	return table.Inventory(w, r, f.paths)
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
