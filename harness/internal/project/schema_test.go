package project

import (
	"bytes"
	"slices"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
)

// schema compiles the published schema.
func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("project.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("project.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSchema holds that the schema accepts what Read accepts, and refuses what Read refuses, apart from what only the
// file system and the checks know.
func TestSchema(t *testing.T) {
	s := schema(t)
	for _, text := range []string{
		"app: {dist: dist}\n", "app: {api: \"-\"}\n", "app: {routes: [/a, /b?c=d]}\n", "app: {features: {limit: 10}}\n",
		"app: {features: {guard: /.env, canary: [a, b]}}\n", "app: {waive: {a-check: because}}\n", "app: {}\n",
		"{}\n", "app: {features: {slow: [/a, /b]}}\n", "app: {routes: &r [/a]}\n",
		"app: {api: [/api, /rest]}\n", "app: {api: [\"-\"]}\n", "app: {features: {configured: [/b]}}\n",
		"ap: {}\n", "app: {rotes: [/a]}\n", "app: {routes: /a}\n", "app: {routes: []}\n", "app: {routes: [a]}\n", "app:\n",
		"app: {api: api}\n", "app: {features: {slwo: /a}}\n", "app: {features: {guard: []}}\n", "app: {waive: {a: }}\n", "- app\n",
		"servers: {a: {image: b, port: 80, env: {C: d, E: 1}}}\n", "servers: {a: {dockerfile: spabench.yaml, target: c}}\n",
		"servers: {a: {compose: spabench.yaml, entry: web}}\n", "servers: {a: {compose: spabench.yaml}}\n",
		"servers: {a: {image: b, entry: web}}\n", "servers: {a: {image: b, compose: spabench.yaml, entry: web}}\n",
		"servers: {A: {image: b}}\n", "servers: {a: {}}\n", "servers: {a: {image: b, dockerfile: spabench.yaml}}\n",
		"servers: {a: {image: b, target: c}}\n", "servers: {a: {image: b, port: 0}}\n", "servers: {a: {imge: b}}\n",
	} {
		var document any
		if err := yaml.Unmarshal([]byte(text), &document); err != nil {
			t.Fatal(err)
		}
		_, readErr := Read(write(t, text))
		if schemaErr := s.Validate(document); (schemaErr == nil) != (readErr == nil) {
			t.Errorf("%q: Read says %v, the schema says %v", text, readErr, schemaErr)
		}
	}
}

// TestSchemaHasFeatures holds that editors complete every feature.
func TestSchemaHasFeatures(t *testing.T) {
	var names []string
	below := schema(t).Properties["app"].Properties["features"].Properties
	for name := range below {
		names = append(names, name)
	}
	slices.Sort(names)
	if want := slices.Sorted(slices.Values(Features)); !slices.Equal(names, want) {
		t.Errorf("the schema has %q, the package %q", names, want)
	}
}
