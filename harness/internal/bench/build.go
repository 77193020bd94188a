package bench

import (
	"context"
	"errors"
	"slices"

	"spabench/harness/chromium"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// build builds the app, the load generator, and every variant of the plan.
func (b *benchRun) build(ctx context.Context) (err error) {
	if err := b.buildApp(ctx); err != nil {
		return err
	}
	if b.plan.Rounds > 0 {
		b.progress.Line("building the load generator")
		if b.generatorRef, err = b.Lab.Build(ctx, "generator"); err != nil {
			return err
		}
	}
	return b.buildArms(ctx, func(v variants.Variant) bool { return !b.isImage(v) })
}

// obtain makes the added servers ready that come as images. It is the first step, so that a name that no registry knows
// is found out at once, and not when the app and the load generator have been built.
func (b *benchRun) obtain(ctx context.Context) error { return b.buildArms(ctx, b.isImage) }

// buildArms builds those of the plan's variants that are chosen.
func (b *benchRun) buildArms(ctx context.Context, chosen func(variants.Variant) bool) error {
	for _, v := range b.arms() {
		if !chosen(v) {
			continue
		}
		if err := b.buildArm(ctx, v); err != nil {
			return err
		}
	}
	return nil
}

func (b *benchRun) isImage(v variants.Variant) bool { return b.added[v.Name].Image != "" }

// buildApp builds our app, in both editions if there are checks, or copies somebody's own build, of which there is no
// other edition.
func (b *benchRun) buildApp(ctx context.Context) (err error) {
	if b.theirs != nil {
		return b.takeTheirs(ctx)
	}
	b.progress.Line("building the app")
	if b.Dist, err = rig.BuildDist(ctx, b.Lab, "", lab.Usual); err != nil {
		return err
	}
	if !b.plan.Unchecked {
		b.Next, err = rig.BuildDist(ctx, b.Lab, "", lab.Next)
	}
	return err
}

// buildArm builds a variant and records the result. In a resumed run it must be the same as before the interruption.
func (b *benchRun) buildArm(ctx context.Context, v variants.Variant) error {
	recorded, resumed := b.earlier.builds[v.Name]
	if resumed && recorded.Err != "" {
		b.fail(v, recorded.Err, recorded.Log)
		return nil
	}
	b.progress.Line("building %s", v.Name)
	var built record.Build
	var img lab.Image
	if a, ok := b.added[v.Name]; ok {
		b.known[v.Name], built, img = b.BuildAdded(ctx, a)
	} else {
		built, img = rig.BuildVariant(ctx, b.Lab, v)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if built.Err != "" {
		b.fail(v, built.Err, built.Log)
	} else {
		b.images[v.Name] = img
		if _, err := b.For(ctx, v); err != nil { // builds the front end now, and not between two measurements
			return err
		}
	}
	if resumed {
		return sameImages(v, recorded, built)
	}
	if built.Err == "" {
		started, _ := b.find(v.Name) // which knows the containers of an added server
		var err error
		if built.Layers, err = b.RecordLayers(ctx, started, img.Refs); err != nil {
			return err
		}
	}
	return b.w.Build(built)
}

// conform checks every variant that was built, except for the baseline.
func (b *benchRun) conform(ctx context.Context) (err error) {
	if b.plan.Unchecked {
		return nil
	}
	if len(b.Checks) == 0 && slices.ContainsFunc(b.arms(), b.unchecked) {
		browser, startErr := chromium.Start(ctx)
		if startErr != nil {
			b.progress.Line("checks that need a browser are skipped: %v", startErr)
		} else {
			b.Browser = browser
			defer func() { err = errors.Join(err, browser.Close()) }() // its processes must not disturb the measurement
		}
	}
	for _, v := range b.arms() {
		if _, built := b.images[v.Name]; !built || v.Kind == variants.Baseline {
			continue
		}
		if err := b.checkArm(ctx, v); err != nil {
			return err
		}
	}
	b.judge()
	return nil
}

// judge notes which of our variants do not conform. Whatever recipes and added servers fail is a result. So is what all
// variants alike fail on somebody's own build.
func (b *benchRun) judge() {
	var judged []record.Conformance
	for _, v := range b.arms() {
		if c, ok := b.reports[v.Name]; ok && v.Kind != variants.Recipe && v.Kind != variants.Added {
			judged = append(judged, c)
		}
	}
	for _, c := range judged {
		if b.plan.App != nil {
			c = c.Without(record.FailedByAll(judged))
		}
		if err := c.Report.Err(); err != nil {
			b.fail(variants.Variant{Name: c.Variant}, err.Error(), "")
		}
	}
}

// unchecked reports whether the variant is subject to checks, and none of an interrupted run are recorded.
func (b *benchRun) unchecked(v variants.Variant) bool {
	_, checked := b.earlier.reports[v.Name]
	return !checked && v.Kind != variants.Baseline
}

// checkArm checks a variant and records the report, unless an interrupted run has it already.
func (b *benchRun) checkArm(ctx context.Context, v variants.Variant) error {
	c, resumed := b.earlier.reports[v.Name]
	if !resumed {
		b.progress.Line("checking %s", v.Name)
		c = b.Conformance(ctx, v, startRefs(v, b.images[v.Name]))
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if c.Err != "" {
		b.fail(v, c.Err, c.Log)
		delete(b.images, v.Name) // it would only cost each round the time that it needs to become ready
	} else {
		b.reports[v.Name] = c
	}
	if resumed {
		return nil
	}
	return b.w.Conformance(c)
}
