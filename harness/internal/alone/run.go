package alone

import "os"

// Run runs the tests of a package with these variables in the environment of its process, and returns the exit code.
// Call it from TestMain: the engine's library reads some of them when it is first used.
func Run(m interface{ Run() int }, environ map[string]string) int {
	for name, value := range environ {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	return m.Run()
}
