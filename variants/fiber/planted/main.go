// Command planted is the server of ../embedded with one planted regression of known size, which the benchmark must
// detect. See spabench trust.
//
// It reads the same environment variables, and also PLANT, which is cpu, tail, start or empty. PLANT=cpu also requires
// PLANT_CPU, the CPU time to burn on each request, such as 9us; of it, only the part PLANT_PART is burnt, 1 by default.
// The build is copied to dist before the program is compiled; see dockerfiles/planted.Dockerfile.
package main

import (
	"embed"
	"fmt"
	"os"

	"spabench/variants/fiber/app"
	"spabench/variants/fiber/database"
)

//go:embed all:dist
var build embed.FS

func main() {
	if err := run(app.ReadEnvironment()); err != nil {
		fmt.Fprintln(os.Stderr, "planted:", err)
		os.Exit(1)
	}
}

func run(env app.Environment) error {
	planted, err := readPlant(os.Getenv("PLANT"), os.Getenv("PLANT_CPU"), os.Getenv("PLANT_PART"))
	if err != nil {
		return err
	}
	files, err := app.Compiled(build, env)
	if err != nil {
		return err
	}
	db, err := database.Open(env.Database)
	if err != nil {
		return err
	}
	return planted.run(app.Config{Files: files, Database: db}, env.Port)
}
