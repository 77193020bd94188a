package main

import (
	"fmt"
	"os"

	"spabench/harness/spatest"
)

// readHAR reads a browser's recording of a page load; nil for no file.
func readHAR(file string) (*spatest.Recording, error) {
	if file == "" {
		return nil, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("--har: %w", err)
	}
	defer f.Close()
	r, err := spatest.ReadHAR(f)
	if err != nil {
		return nil, fmt.Errorf("--har %s: %w", file, err)
	}
	return r, nil
}
