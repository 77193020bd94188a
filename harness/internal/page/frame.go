package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"

	"spabench/harness/internal/chart"
)

var (
	//go:embed *.gohtml
	templates embed.FS
	//go:embed page.css
	style string
	//go:embed verdict.css
	verdictStyle string
	//go:embed claims.css
	claimsStyle string
	//go:embed page.js
	script string
)

// frame is what all pages have.
type frame struct {
	Title  string
	Home   string // the address of the page that leads to all results; "" for a page by itself
	Style  template.CSS
	Script template.JS
}

// framed is the frame of a page with a title, its script, and styles beside those of every page.
func framed(title, script string, styles ...string) frame {
	css := chart.Style() + style
	for _, s := range styles {
		css += s
	}
	return frame{Title: title, Style: template.CSS(css), Script: template.JS(script)}
}

// fill writes a page as a whole or not at all, by the template of that name.
func fill(w io.Writer, name string, data any) error {
	t, err := template.ParseFS(templates, "*.gohtml")
	if err != nil {
		return fmt.Errorf("read the templates of pages: %w", err)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, name, data); err != nil {
		return fmt.Errorf("fill the template of a page: %w", err)
	}
	_, err = w.Write(b.Bytes())
	return err
}
