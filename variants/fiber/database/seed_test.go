package database

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func seeded(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "books.db")
	if err := Seed("../../books.sql", path); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSeedIsDeterministic(t *testing.T) {
	first, err := os.ReadFile(seeded(t))
	if err != nil {
		t.Fatal(err)
	}
	second, err := os.ReadFile(seeded(t))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("two databases from one script differ")
	}
	const writeVersion, rollbackJournal = 18, 1 // https://sqlite.org/fileformat2.html §1.3.3
	if first[writeVersion] != rollbackJournal {
		t.Errorf("the journal mode in the file is %d, want %d: not WAL", first[writeVersion], rollbackJournal)
	}
}

func TestSeedKeepsWhatExists(t *testing.T) {
	database := filepath.Join(t.TempDir(), "books.db")
	if err := os.WriteFile(database, []byte("precious"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Seed("../../books.sql", database); err == nil {
		t.Error("no error for a file that exists")
	}
	if content, _ := os.ReadFile(database); string(content) != "precious" {
		t.Error("the file was overwritten")
	}
	broken := filepath.Join(t.TempDir(), "broken.sql")
	os.WriteFile(broken, []byte("CREATE nonsense"), 0o644)
	if err := Seed(broken, database+"2"); err == nil {
		t.Error("no error for a script that is not SQL")
	}
	if _, err := os.Stat(database + "2"); err == nil {
		t.Error("a failed seed leaves a file")
	}
}

func TestOpenRefusesMissingDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.db")
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "open database") {
		t.Errorf("error %v, want one that names the database", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a database was created")
	}
}
