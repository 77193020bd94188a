package claims

import (
	"slices"
	"testing"

	"spabench/harness/internal/record"
	"spabench/variants"
)

func TestConfigurationOf(t *testing.T) {
	text := `FROM x
COPY variants/nginx/proxy.conf /etc/nginx/nginx.conf
COPY variants/django/gunicorn.conf.py /app/
COPY variants/books.sql /
`
	want := []string{"variants/nginx/proxy.conf", "variants/django/gunicorn.conf.py"}
	if got := configurationOf(text); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if n := significantLines("# a\n\n  b;\n c # d\n"); n != 2 {
		t.Errorf("%d significant lines, want 2", n)
	}
}

// The three containers of nginx-three-container share files; each counts once.
func TestCountLines(t *testing.T) {
	three, _ := variants.Find("nginx-three-container")
	var once, twice record.VariantParts
	if err := countLines("../../..", three, &once); err != nil {
		t.Fatal(err)
	}
	if once.DockerfileLines == 0 || once.ConfigLines == 0 || len(once.ConfigFiles) < 2 {
		t.Errorf("%+v", once)
	}
	three.Containers = slices.Concat(three.Containers, three.Containers)
	if err := countLines("../../..", three, &twice); err != nil {
		t.Fatal(err)
	}
	if twice.DockerfileLines != once.DockerfileLines || twice.ConfigLines != once.ConfigLines {
		t.Errorf("counted again: %+v, after %+v", twice, once)
	}
}

func TestJudgeParts(t *testing.T) {
	one := record.VariantParts{Variant: "one", Containers: []string{"app"}}
	three := record.VariantParts{Variant: "three", Containers: []string{"a", "b", "proxy"},
		Networks: 1, Proxies: 1, ConfigLines: 9}
	changed := func(v record.VariantParts, change func(*record.VariantParts)) record.VariantParts {
		change(&v)
		return v
	}
	cors := func(v *record.VariantParts) { v.CORSFields = 2 }
	long := func(v *record.VariantParts) { v.ConfigLines = 9 }
	for _, c := range []struct {
		name string
		seen []record.VariantParts
		want record.Verdict
	}{
		{"several need CORS", []record.VariantParts{one, changed(three, cors)}, record.Holds},
		{"nobody needs CORS", []record.VariantParts{one, three}, record.Partly},
		{"everybody needs CORS", []record.VariantParts{changed(one, cors), changed(three, cors)}, record.Partly},
		{"as much configuration", []record.VariantParts{changed(one, long), changed(three, cors)}, record.Partly},
		{"no advantage", []record.VariantParts{changed(changed(one, long), cors), three}, record.Refuted},
		{"one form alone", []record.VariantParts{one}, record.NotTested},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := judgeParts(record.PartsObserved{Variants: c.seen}); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
