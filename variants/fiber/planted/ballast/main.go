// Command ballast writes 1,000,000 incompressible bytes to standard output, the same ones every time.
package main

import (
	"fmt"
	"math/rand/v2"
	"os"
)

const size = 1_000_000 // bytes

func main() {
	content := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{}).Read(content) // never fails
	if _, err := os.Stdout.Write(content); err != nil {
		fmt.Fprintln(os.Stderr, "ballast:", err)
		os.Exit(1)
	}
}
