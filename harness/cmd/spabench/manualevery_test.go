//go:build unix && manuals

package main

// everyCommand has TestManualsRun run what needs the engine, too.
const everyCommand = true
