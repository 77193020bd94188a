package lab

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"spabench/variants"
)

// What is merged over somebody's Compose file binds every container to the servers' CPUs, publishes nothing but the
// entry, on the loopback address, labels whatever is created, gives it a name of the start, and leaves alone what is
// external.
func TestOverride(t *testing.T) {
	s := &Stack{Services: []string{"db", "web"}, Images: []string{"sha256:d", "sha256:w"}}
	s.config.Networks = map[string]struct {
		Name     string
		External bool
	}{"inner": {}, "company": {External: true}}
	s.config.Volumes = map[string]struct {
		Name     string
		External bool
	}{"data": {Name: "taken"}, "shared": {External: true}}
	v := variants.Variant{Name: "shop", Containers: []variants.Container{{Name: "db"}, {Name: "web", Port: 80}}}
	r := &Running{lab: &Lab{publishedAt: loopback}, variant: v, project: "spabench-1-1-shop"}
	text := s.override(r, Options{CPUSet: "0", Environ: map[string]string{"A": "b: c"}}, "20001")
	type named struct {
		Name   string
		Labels map[string]string
	}
	var got struct {
		Services map[string]struct {
			Image, Cpuset       string
			Labels, Environment map[string]string
			Ports               []string
			Restart             *string
			Logging             struct{ Options map[string]string }
		}
		Networks, Volumes map[string]named
	}
	if err := yaml.Unmarshal(text, &got); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for name, image := range map[string]string{"db": "sha256:d", "web": "sha256:w"} {
		c := got.Services[name]
		if c.Image != image || c.Cpuset != "0" || c.Labels[labelOwner] == "" || c.Environment["A"] != "b: c" {
			t.Errorf("%s: %+v", name, c)
		}
		if c.Restart != nil || c.Logging.Options["max-size"] == "" {
			t.Errorf("%s: restart %v, which is for the file to say, logging %v", name, c.Restart, c.Logging)
		}
	}
	published, inner := got.Services["web"].Ports, got.Services["db"].Ports
	if len(published) != 1 || published[0] != "127.0.0.1:20001:80" || len(inner) > 0 {
		t.Errorf("ports %v, %v", published, inner)
	}
	times := func(line string) int { return strings.Count(string(text), line) }
	if times("ports: !reset []\n") != 1 || times("ports: !override\n") != 1 {
		t.Errorf("ports of the file would be published as well:\n%s", text)
	}
	if len(got.Networks) != 2 || got.Networks["inner"].Labels[labelOwner] == "" ||
		got.Networks["inner"].Name != "spabench-1-1-shop_inner" || got.Networks["default"].Labels == nil {
		t.Errorf("networks %+v", got.Networks)
	}
	data := got.Volumes["data"]
	if len(got.Volumes) != 1 || data.Labels[labelOwner] == "" || data.Name != "spabench-1-1-shop_data" {
		t.Errorf("volumes %+v", got.Volumes)
	}
}

// A file whose entry is unknown, that takes the network of the host, or that mounts somebody's anonymous volume, is
// refused.
func TestStackRefused(t *testing.T) {
	s := &Stack{config: composeConfig{Services: map[string]composeService{"web": {}, "db": {NetworkMode: "host"}}}}
	if err := s.check("front"); err == nil || !strings.Contains(err.Error(), `no service "front"; it has db, web`) {
		t.Error(err)
	}
	if err := s.check("web"); err == nil || !strings.Contains(err.Error(), "db uses the network of the host") {
		t.Error(err)
	}
	s.config.Services, s.config.Volumes = map[string]composeService{"web": {}}, map[string]struct {
		Name     string
		External bool
	}{"data": {Name: strings.Repeat("0123456789abcdef", 4), External: true}}
	if err := s.check("web"); err == nil || !strings.Contains(err.Error(), "the volume 0123456789ab… is external") {
		t.Error(err)
	}
}
