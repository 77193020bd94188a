package stat

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/aclements/go-moremath/stats"
)

// asOtava is changePoints as Apache Otava 0.8.0 computes it. It differs in two ways: it gives the test the variances of
// populations, and when it drops a change point, it tests only the two after that again, and not the one before.
func asOtava(values []float64) []ChangePoint {
	population := func(values []float64) float64 {
		n := float64(len(values))
		return stats.Variance(values) * (n - 1) / n
	}
	test := func(before, after []float64) float64 { return pooledP(before, after, population) }
	found := tested(values, candidates(values, test), test)
	for len(found) > 0 {
		weakest := weakestOf(found)
		if found[weakest].P < changeP {
			break
		}
		found = slices.Delete(found, weakest, weakest+1)
		copy(found[weakest:], tested(values, places(found), test)[weakest:min(weakest+2, len(found))])
	}
	return found
}

// But for the two ways in which it differs, every change point is one that Apache Otava finds, with the same p-value.
func TestChangePointsAsOtava(t *testing.T) {
	text, err := os.ReadFile("testdata/hunter.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []struct {
		Values []float64
		Found  [][2]float64
	}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	points, same := 0, 0
	for i, s := range all {
		found := asOtava(s.Values)
		points += len(found)
		if !slices.EqualFunc(found, s.Found, func(a ChangePoint, b [2]float64) bool {
			return a.Index == int(b[0]) && math.Abs(a.P-b[1]) < 1e-10
		}) {
			t.Errorf("series %d, of %d values: %v, and Otava finds %v", i, len(s.Values), found, s.Found)
		}
		if slices.Equal(places(ChangePoints(s.Values)), places(found)) {
			same++
		}
	}
	if len(all) < 100 || points < 100 {
		t.Errorf("%d series with %d change points are too few to compare", len(all), points)
	}
	t.Logf("ChangePoints finds the same change points as Otava in %d of %d series", same, len(all))
}

func TestChangePointsOfFew(t *testing.T) {
	for _, values := range [][]float64{nil, {1}, {1, 2}, {5, 5, 5, 5}, {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}} {
		if found := ChangePoints(values); len(found) > 0 {
			t.Errorf("%v: %v", values, found)
		}
	}
	// What has no noise has changed where it differs, once there are values to compare with.
	found := ChangePoints([]float64{0.1, 0.1, 0.1, 0.3, 0.3, 0.2, 0.2})
	if len(found) != 2 || found[0].Index != 3 || found[1].Index != 5 {
		t.Errorf("the steps at 3 and 5 are found as %v", found)
	}
}

// normal is a series with changes at these places, each by so many standard deviations.
func normal(random *rand.Rand, length int, steps map[int]float64) []float64 {
	values, level := make([]float64, length), 0.0
	for i := range values {
		level += steps[i]
		values[i] = level + random.NormFloat64()
	}
	return values
}

// ChangePoints says how often there is a change point where nothing changes.
func TestChangePointsFalseAlarms(t *testing.T) {
	const cases = 4000
	random := rand.New(rand.NewPCG(1, 2))
	alarms := 0
	for range cases {
		if len(ChangePoints(normal(random, 20, nil))) > 0 {
			alarms++
		}
	}
	share := float64(alarms) / cases
	t.Logf("%.2f%% of series without a change have a change point", 100*share)
	if math.Abs(share-0.013) > 0.006 {
		t.Errorf("%.2f%% of series without a change have a change point: what ChangePoints says of it is wrong",
			100*share)
	}
}

// A change of four standard deviations is found where it is, before the middle and after it, and no other.
func TestChangePointsPower(t *testing.T) {
	const cases = 300
	random := rand.New(rand.NewPCG(3, 4))
	right := 0
	for range cases {
		found := ChangePoints(normal(random, 40, map[int]float64{12: 4, 30: -4}))
		near := func(c ChangePoint, at int) bool { return c.Index >= at-1 && c.Index <= at+1 }
		if len(found) == 2 && near(found[0], 12) && near(found[1], 30) {
			right++
		}
	}
	t.Logf("%d of %d", right, cases)
	if right < cases*9/10 {
		t.Errorf("the two changes are found in %d of %d series", right, cases)
	}
}
