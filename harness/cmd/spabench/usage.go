package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"spabench/harness/internal/nearest"
)

// prepareUsage fits the help pages to the terminal's width, and makes errors of usage name the way out.
func prepareUsage(root *cobra.Command) {
	usage := strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages", fmt.Sprintf(".FlagUsagesWrapped %d", width))
	// A command that has others below it does nothing by itself.
	usage = strings.ReplaceAll(usage, "{{if .Runnable}}", "{{if and .Runnable (not .HasAvailableSubCommands)}}")
	root.SetUsageTemplate(usage)
	root.SetFlagErrorFunc(flagError)
	wrapHelp(root)
}

// wrapHelp wraps the long descriptions of a command and of those below it.
func wrapHelp(c *cobra.Command) {
	c.Long = paragraphs(c.Long)
	for _, below := range c.Commands() {
		wrapHelp(below)
	}
}

// paragraphs wraps a text whose lines have any length at the terminal's width. Blank lines stay.
func paragraphs(text string) string {
	parts := strings.Split(text, "\n\n")
	for i, p := range parts {
		parts[i] = wrap(0, strings.ReplaceAll(p, "\n", " "))
	}
	return strings.Join(parts, "\n\n")
}

// mistypedCommand is the error for arguments that name a command which does not exist. It is asked before their flags
// are read: those of a mistyped command are unknown because the command is, and --help would show the help of all.
func mistypedCommand(root *cobra.Command, args []string) error {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	found, rest, err := root.Find(args)
	if err != nil || !found.HasSubCommands() {
		return err
	}
	for _, word := range rest {
		if strings.HasPrefix(word, cobra.ShellCompRequestCmd) { // the shell asks
			return nil
		}
		if !strings.HasPrefix(word, "-") {
			return unknownCommand(found, word)
		}
	}
	return nil
}

// showHelp is what a command that only has others below it does.
func showHelp(c *cobra.Command, _ []string) error { return c.Help() }

func unknownCommand(parent *cobra.Command, name string) error {
	var known []string
	for _, c := range parent.Commands() {
		if c.IsAvailableCommand() {
			known = append(known, c.Name())
		}
	}
	return unknownName("command", name, known, parent.CommandPath()+" --help")
}

// unknownName says that nothing of this kind has the name, what was perhaps meant, and where all of them are listed.
func unknownName(kind, name string, known []string, list string) error {
	return fmt.Errorf("unknown %s %q%s (%s)", kind, name, nearest.Suggestion(name, known), list)
}

// helpCommand is cobra's own, which for an unknown command would print the help of all and succeed.
func helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [command]",
		Short: "Show the help of a command",
		RunE: func(_ *cobra.Command, args []string) error {
			found, rest, err := root.Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 && found.HasSubCommands() {
				return unknownCommand(found, rest[0])
			}
			found.InitDefaultHelpFlag() // else the help has no line for it
			return found.Help()
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			found, _, err := root.Find(args)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var names []string
			for _, c := range found.Commands() {
				if c.IsAvailableCommand() {
					names = append(names, c.Name())
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
}

// noArgs refuses every argument.
func noArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s: unexpected argument %q (%s --help)", c.Name(), args[0], c.CommandPath())
	}
	return nil
}

// oneArg demands a single argument, and says what it is.
func oneArg(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch len(args) {
		case 0:
			return fmt.Errorf("%s: give %s (%s --help)", c.Name(), what, c.CommandPath())
		case 1:
			return nil
		}
		return fmt.Errorf("%s: give %s, not %d arguments (%s --help)", c.Name(), what, len(args), c.CommandPath())
	}
}

// oneOf allows no argument, or one of these.
func oneOf(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) > 1:
			return fmt.Errorf("%s: give %s, not %d arguments (%s --help)",
				c.Name(), alternatives(names), len(args), c.CommandPath())
		case len(args) == 1 && !slices.Contains(names, args[0]):
			return fmt.Errorf("%s: unknown argument %q%s (%s --help)",
				c.Name(), args[0], nearest.Suggestion(args[0], names), c.CommandPath())
		}
		return nil
	}
}

// knownFormat refuses what is none of the formats.
func knownFormat(format string, known ...string) error {
	if slices.Contains(known, format) {
		return nil
	}
	return fmt.Errorf("--format %q: give %s", format, alternatives(known))
}

// alternatives joins names: text, markdown or json.
func alternatives(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// flagError says what is wrong with a flag, and what to type instead.
func flagError(c *cobra.Command, err error) error {
	help := c.CommandPath() + " --help"
	unknown, invalid, missing := new(pflag.NotExistError), new(pflag.InvalidValueError), new(pflag.ValueRequiredError)
	switch {
	case errors.As(err, &unknown):
		return unknownFlag(c, unknown, help)
	case errors.As(err, &invalid) && valuesOf(invalid.GetFlag()) != "":
		return fmt.Errorf("--%s %q: give %s", invalid.GetFlag().Name, invalid.GetValue(), valuesOf(invalid.GetFlag()))
	case errors.As(err, &missing):
		return fmt.Errorf("--%s needs a value (%s)", missing.GetSpecifiedName(), help)
	}
	return err
}

func unknownFlag(c *cobra.Command, err *pflag.NotExistError, help string) error {
	typed := "--" + err.GetSpecifiedName()
	if letters := err.GetSpecifiedShortnames(); letters != "" { // -only is read as -o -n -l -y
		typed = "-" + letters
	}
	var known []string
	c.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, "--"+f.Name) })
	return unknownName("flag", typed, known, help)
}

// valuesOf says what values a flag of this type takes; "" where that is not known.
func valuesOf(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "int":
		return "a whole number"
	case "uint64":
		return "a whole number that is not negative"
	case "float64":
		return "a number"
	case "duration":
		return "a duration, such as 90s, 30m or 1h"
	case "bool":
		return "true or false, or leave the value out"
	}
	return ""
}
