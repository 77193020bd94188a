package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"spabench/harness/spatest"
)

// complete lets the shell complete the values of a flag, after a comma too.
func complete(c *cobra.Command, flag string, names func() []string) {
	type directive = cobra.ShellCompDirective
	err := c.RegisterFlagCompletionFunc(flag, func(_ *cobra.Command, _ []string, typed string) ([]string, directive) {
		before := typed[:strings.LastIndexByte(typed, ',')+1]
		var found []string
		for _, name := range names() {
			found = append(found, before+name)
		}
		return found, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	})
	if err != nil {
		panic(err) // there is no such flag
	}
}

func checkNames() []string {
	var names []string
	for _, c := range spatest.Checks() {
		names = append(names, c.Name)
	}
	return names
}

// groupNames are the groups in their order.
func groupNames() []string {
	var names []string
	for _, c := range spatest.Checks() {
		if !slices.Contains(names, c.Group) {
			names = append(names, c.Group)
		}
	}
	return names
}

func checkAndGroupNames() []string { return append(groupNames(), checkNames()...) }

func suffixed(names []string, suffix string) []string {
	for i := range names {
		names[i] += suffix
	}
	return names
}
