package lab

import "testing"

// Every edition has a tag of its own, and the usual one that of the stage.
func TestTag(t *testing.T) {
	for _, test := range []struct {
		stage    string
		editions []Edition
		want     string
	}{
		{"", nil, "latest"},
		{"", []Edition{Usual}, "latest"},
		{"", []Edition{Next}, "next"},
		{"dist", []Edition{Usual}, "dist"},
		{"dist", []Edition{Nothing}, "dist-nothing"},
		{"dist", []Edition{Front("vue"), Usual}, "dist-vue"},
		{"dist", []Edition{Front("vue"), Next}, "dist-vue-next"},
		{"", []Edition{Files("vue-next", "an-image")}, "vue-next"},
	} {
		if got := tag(test.stage, test.editions...); got != test.want {
			t.Errorf("stage %q in %v: tag %q, want %q", test.stage, test.editions, got, test.want)
		}
	}
}
