package lab

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	for name, value := range Environment() {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
