//go:build !linux

package chromiumtest

import "errors"

const canUnwatch = false

func becomeBrowser(string, []string) error { return errors.ErrUnsupported }
