package main

import (
	"strings"
	"unicode/utf8"
)

// rows is how many rows of a terminal the text takes: a line that is too long takes several.
func rows(text string) int {
	n := 0
	for line := range strings.Lines(text) {
		n += max(1, (utf8.RuneCountInString(strings.TrimSuffix(line, "\n"))+width-1)/width)
	}
	return n
}

// breakCommand breaks a shell command between its words, where it can be copied as it stands: each line but the last
// ends in a backslash. The first line begins in this column, the others in that of next.
func breakCommand(column, next int, command string) string {
	var b strings.Builder
	at := column
	for i, word := range shellWords(command) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case at+1+n+len(` \`) <= width: // also of the last word, which has no backslash behind it
			b.WriteByte(' ')
			at++
		default:
			b.WriteString(" \\\n" + strings.Repeat(" ", next))
			at = next
		}
		b.WriteString(word)
		at += n
	}
	return b.String()
}

// shellWords splits a command at spaces outside of quotes; the option -H stays with its value.
func shellWords(command string) []string {
	var words []string
	quote, escaped, begin := byte(0), false, 0
	for i := range len(command) {
		switch c := command[i]; {
		case escaped:
			escaped = false
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\\':
			escaped = true
		case c == '\'' || c == '"':
			quote = c
		case c == ' ' && !strings.HasSuffix(command[begin:i], "-H"):
			words, begin = append(words, command[begin:i]), i+1
		}
	}
	return append(words, command[begin:])
}
