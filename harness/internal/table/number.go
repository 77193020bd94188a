package table

import (
	"math"
	"strconv"
	"strings"
	"time"

	"spabench/harness/internal/stat"
)

// missing stands for a value that was not measured.
const missing = "–"

// number formats three significant digits with thousands separators: 0.0123, 1.23, 12.3, 123, 12,300.
func number(v float64) string {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	// It is rounded first, because 99.96 becomes 100, which has no decimals.
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 2, 64), 64)
	decimals := 2 - int(math.Floor(math.Log10(math.Abs(rounded))))
	integer, fraction, _ := strings.Cut(strconv.FormatFloat(rounded, 'f', max(decimals, 0), 64), ".")
	for i := len(integer) - 3; i > 0 && integer[i-1] != '-'; i -= 3 {
		integer = integer[:i] + "," + integer[i:]
	}
	if fraction == "" {
		return integer
	}
	return integer + "." + fraction
}

// count formats a whole number without rounding.
func count(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// spread formats how far the farther end of an interval is from its centre: ±4%, ±0.3%.
func spread(i stat.Interval) string {
	percent := 100 * i.Spread()
	switch {
	case percent == 0:
		return "±0%"
	case percent < 0.095:
		return "±<0.1%"
	case percent > 999:
		return "±>999%"
	case percent < 0.95:
		return "±" + strconv.FormatFloat(percent, 'f', 1, 64) + "%"
	default:
		return "±" + strconv.FormatFloat(percent, 'f', 0, 64) + "%"
	}
}

// asConfidence formats a confidence with as many digits as tell it from 100%: 95%, 99.8%.
func asConfidence(c float64) string { return strconv.FormatFloat(100*c, 'g', 4, 64) + "%" }

// duration formats a time of seconds or more in two parts, such as 12 min 3 s.
func duration(d time.Duration) string {
	d = d.Round(time.Second)
	if d < time.Minute {
		return strconv.Itoa(int(d.Seconds())) + " s"
	}
	if d < time.Hour {
		return strconv.Itoa(int(d.Minutes())) + " min " + strconv.Itoa(int(d.Seconds())%60) + " s"
	}
	return strconv.Itoa(int(d.Hours())) + " h " + strconv.Itoa(int(d.Minutes())%60) + " min"
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + one + "s"
}

// list joins names for a sentence: a, b and c.
func list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// firstLine is the first line of an error's text that is not blank.
func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return strings.TrimSpace(line)
}
