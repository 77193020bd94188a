package doctor

import "errors"

// freeSpace is never asked for on Windows, where the engine's files are in a virtual machine.
func freeSpace(string) (int64, error) { return 0, errors.New("not supported on Windows") }
