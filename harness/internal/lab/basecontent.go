package lab

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

// dpkgStatus is where dpkg records the installed packages.
const dpkgStatus = "/var/lib/dpkg/status"

// BasePackages lists, by reference, what each stand-in base contains: "name version" of each Debian package, and of
// what does not come from Debian. A stand-in has a different id on every machine, but two with the same packages are
// the same base.
func (l *Lab) BasePackages(ctx context.Context) (map[string][]string, error) {
	var mu sync.Mutex
	all := map[string][]string{}
	errs := inParallel(l.bases, func(b Base) error {
		if !b.StandIn {
			return nil
		}
		packages, err := l.packagesOf(ctx, b.Image)
		mu.Lock()
		defer mu.Unlock()
		all[b.Image] = packages
		return err
	})
	return all, errors.Join(errs...)
}

func (l *Lab) packagesOf(ctx context.Context, ref string) (packages []string, err error) {
	err = l.ReadFile(ctx, ref, dpkgStatus, func(status io.Reader) (err error) {
		packages, err = installedPackages(status)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the packages of %s: %w", ref, err)
	}
	config, err := l.Config(ctx, ref)
	if err != nil {
		return nil, err
	}
	for _, variable := range config.Env { // NODE_VERSION, GOLANG_VERSION: what Debian does not have
		if name, version, _ := strings.Cut(variable, "="); strings.HasSuffix(name, "_VERSION") {
			packages = append(packages, strings.ToLower(strings.TrimSuffix(name, "_VERSION"))+" "+version)
		}
	}
	slices.Sort(packages)
	return packages, nil
}

// installedPackages parses dpkg's record into the "name version" of each package.
func installedPackages(status io.Reader) (packages []string, err error) {
	var name string
	lines := bufio.NewScanner(status)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), ": ")
		switch key {
		case "Package":
			name = value
		case "Version":
			packages = append(packages, name+" "+value)
		}
	}
	return packages, lines.Err()
}
