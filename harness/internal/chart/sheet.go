package chart

import (
	"fmt"
	"html"
	"strings"
)

// Titled is a picture with its title.
type Titled struct {
	Title string
	Picture
}

// Sheet puts pictures beside each other, in so many columns, below a line of keys.
func Sheet(columns int, keys, pictures []Titled) Picture {
	const title, gap, keyHeight = 18.0, 12.0, 22.0
	var b strings.Builder
	s := Picture{}
	text := func(x, y float64, style, words string) {
		fmt.Fprintf(&b, `<text x="%g" y="%g" style="font-size:%dpx;fill:var(--%s)%s">%s</text>`,
			x, y, fontSize, ink.name, style, html.EscapeString(words))
	}
	x := 0.0
	for _, k := range keys {
		fmt.Fprintf(&b, `<g transform="translate(%g,0)">%s</g>`, x, k.body)
		text(x+k.Width+4, fontSize, "", k.Title)
		x += k.Width + 16 + 6.5*float64(len(k.Title))
		s.Height = keyHeight
	}
	for len(pictures) > 0 {
		row := pictures[:min(columns, len(pictures))]
		pictures = pictures[len(row):]
		highest := 0.0
		for i, p := range row {
			x := float64(i) * (width + gap)
			text(x, s.Height+title-5, ";font-weight:bold", p.Title)
			fmt.Fprintf(&b, `<g transform="translate(%g,%g)">%s</g>`, x, s.Height+title, p.body)
			s.Width, highest = max(s.Width, x+p.Width), max(highest, title+p.Height)
		}
		s.Height += highest + gap
	}
	s.body = b.String()
	return s
}
