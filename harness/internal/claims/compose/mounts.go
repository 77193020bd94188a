package compose

import (
	"context"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

// MountPrecedence is the claim about a volume and a bind mount at one path.
func MountPrecedence() claim.Claim {
	return claim.Claim{
		ID:    "volume-precedence",
		Words: "A volume, anonymous or named, takes precedence over a bind mount at the same path.",
		Test: "Run dockerfiles/compose/mounts.yaml with Docker Compose: services with a volume and a bind mount at " +
			"one path, in either order, and with a volume below a bind mount; see whose files are served",
		Run: experiment(observeMounts, judgeMounts,
			func(o *record.MountsObserved) record.Observed { return record.Observed{Mounts: o} }),
	}
}

func judgeMounts(o record.MountsObserved) record.Verdict {
	return claim.VerdictOf(o.VolumeWins(), o.VolumeBelowWins())
}

// mountsSteps begin with all services; the volumes below a bind mount are those that a new image should reach.
var mountsSteps = []struct {
	build, tag string
	commands   [][]string
	services   []string
}{
	{"A", "latest", [][]string{{"up", "-d"}}, []string{
		"bind", "anonymous-below-bind", "named-below-bind",
		"bind-then-named", "named-then-bind", "bind-then-anonymous", "anonymous-then-bind",
	}},
	{"B", "next", [][]string{{"up", "-d"}}, volumesBelow},
	// The containers are already of that image.
	{"B", "next", [][]string{{"up", "-d", "--renew-anon-volumes"}}, volumesBelow},
	{"B", "next", [][]string{{"up", "-d", "--renew-anon-volumes", "--force-recreate"}}, volumesBelow},
	{"A", "latest", [][]string{{"up", "-d", "--renew-anon-volumes"}}, volumesBelow},
	{"B", "next", [][]string{{"down"}, {"up", "-d"}}, volumesBelow},
	{"B", "next", [][]string{{"down", "-v"}, {"up", "-d"}}, volumesBelow},
}

var volumesBelow = []string{"anonymous-below-bind", "named-below-bind"}

// observeMounts observes dockerfiles/compose/mounts.yaml.
func observeMounts(ctx context.Context, l *lab.Lab, told *claim.Transcript) (o record.MountsObserved, err error) {
	for _, e := range []lab.Edition{lab.Usual, lab.Next} {
		if _, err := l.BuildStage(ctx, "compose/dev", "", e); err != nil {
			return o, err
		}
	}
	p, err := openProject(ctx, l, "mounts", nil, told)
	if err != nil {
		return o, err
	}
	defer rig.CleanUp(ctx, &err, p.Close)
	for _, typed := range mountsSteps {
		step := record.MountsStep{Built: typed.build, Pages: map[string]string{}}
		for _, args := range typed.commands {
			if args[0] == "up" {
				args = append(args, typed.services...)
			}
			ran, err := p.run(ctx, map[string]string{"TAG": typed.tag}, args...)
			if err != nil {
				return o, err
			}
			step.Commands = append(step.Commands, ran.Command)
		}
		for _, service := range typed.services {
			if step.Pages[service], err = p.page(ctx, service); err != nil {
				return o, err
			}
			told.Note("%s: %s", service, step.Pages[service])
		}
		o.Steps = append(o.Steps, step)
	}
	return o, nil
}
