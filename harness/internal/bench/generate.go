package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"spabench/harness/internal/load"
	"spabench/harness/internal/record"
)

// generatorMargin is how much longer than expected the generator may take before it is given up.
const generatorMargin = 30 * time.Second

// generate runs a command of the load generator, which is expected to take this long, and reads its result into result.
func (b *benchRun) generate(
	ctx context.Context, command string, argument any, expected time.Duration, result any,
) error {
	arg, err := json.Marshal(argument)
	if err != nil {
		return err
	}
	return b.generateFrom(ctx, command, string(arg), expected, result)
}

// generateFrom is generate with the argument as the generator's command line has it.
func (b *benchRun) generateFrom(
	ctx context.Context, command, argument string, expected time.Duration, result any,
) error {
	ctx, cancel := context.WithTimeout(ctx, expected+generatorMargin)
	defer cancel()
	out, err := b.generator.Exec(ctx, "/generator", command, argument)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(out, result); err != nil {
		return fmt.Errorf("read the load generator's result: %w: %.200s", err, out)
	}
	return nil
}

// interleavedFile is where the generator's container gets what it is to send in turns.
const interleavedFile = "/interleaved.json"

// interleave lets the generator send to the arms of a load in turns. The description goes into its container as a file:
// the specs of several arms together may be too long for an argument.
func (b *benchRun) interleave(ctx context.Context, i load.Interleaved) ([]record.Loaded, error) {
	description, err := json.Marshal(i)
	if err != nil {
		return nil, err
	}
	if err := b.generator.Write(ctx, interleavedFile, description); err != nil {
		return nil, err
	}
	var loaded []record.Loaded
	if err := b.generateFrom(ctx, "interleave", interleavedFile, timeOf(i), &loaded); err != nil {
		return nil, err
	}
	if len(loaded) != len(i.Arms) {
		return nil, fmt.Errorf("read the load generator's result: it has %d arms, and %d took turns",
			len(loaded), len(i.Arms))
	}
	return loaded, nil
}

// timeOf is how long the arms of a load take together, if every response comes in time.
func timeOf(i load.Interleaved) time.Duration {
	var sum time.Duration
	for _, a := range i.Arms {
		turns := time.Duration(1)
		if i.Slice > 0 {
			turns = a.Spec.Duration / i.Slice
		}
		sum += a.Spec.Warmup + a.Spec.Duration + turns*i.LeadIn
	}
	return sum
}
