#!/bin/bash
# table.sh: prints the last recorded run of each step on each engine (runs.tsv) as a Markdown table.
set -euo pipefail
[ $# = 0 ] || { sed -n 2p "$0" >&2; exit 2; }
here=$(dirname "$(realpath "$0")")
engines=$("$here/engine.sh" list | cut -d: -f1)
awk -F '\t' -v engines="$engines" '
	BEGIN { outcome["pass"] = "works"; outcome["part"] = "chosen tests work"; outcome["fail"] = "**fails**" }
	{
		minutes = $6 >= 60 ? int($6 / 60) " min " $6 % 60 " s" : $6 " s"
		cell[$2, $4] = outcome[$5] ($7 == "-" ? "" : " (" $7 ")") ", " minutes ", " $1
		version[$2] = $3
	}
	END {
		steps = split("doctor lab harness bench image limits", step, " ")
		row = "| engine | version |"; line = "|:--|:--|"
		for (s = 1; s <= steps; s++) { row = row " " step[s] " |"; line = line ":--|" }
		print row; print line
		count = split(engines, engine, "\n")
		for (e = 1; e <= count; e++) {
			row = "| " engine[e] " | " (version[engine[e]] ? version[engine[e]] : "–") " |"
			for (s = 1; s <= steps; s++)
				row = row " " ((engine[e], step[s]) in cell ? cell[engine[e], step[s]] : "not run") " |"
			print row
		}
	}' "$here/runs.tsv"
