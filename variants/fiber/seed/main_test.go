package main

import (
	"os"
	"path/filepath"
	"testing"
)

const script = "../../books.sql"

// A volume is seeded at each start of its project, but what was added since the first start is kept.
func TestSeedOnce(t *testing.T) {
	database := filepath.Join(t.TempDir(), "books.db")
	if err := os.WriteFile(database+".new", []byte("of a seeder that was killed"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := seedOnce(script, database); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(database + "?*"); left != nil {
		t.Errorf("left %v", left)
	}
	if err := os.WriteFile(database, []byte("precious"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := seedOnce(script, database); err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(database); string(content) != "precious" {
		t.Errorf("not kept: %.20q, %v", content, err)
	}
}

func TestSeedOnceFails(t *testing.T) {
	database := filepath.Join(t.TempDir(), "books.db")
	if err := seedOnce("no.sql", database); err == nil {
		t.Error("no error without a script")
	}
	if left, _ := filepath.Glob(database + "*"); left != nil {
		t.Errorf("left %v", left)
	}
}
