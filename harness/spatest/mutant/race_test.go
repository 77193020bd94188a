//go:build race

package mutant_test

func init() { sample = 20 }
