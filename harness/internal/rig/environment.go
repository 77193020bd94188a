package rig

import "spabench/harness/internal/lab"

// Environment is what a main function must set in the process's environment before anything here is opened.
func Environment() map[string]string { return lab.Environment() }
