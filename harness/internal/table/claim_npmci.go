package table

import (
	"fmt"
	"strings"

	"spabench/harness/internal/record"
)

func npmCIText(o record.Observed) claimText {
	seen := o.NpmCI
	m := seen.Mismatch
	return claimText{
		why: say(
			finding{seen.Build.Same(),
				fmt.Sprintf("two clean builds gave the same %d files, byte for byte", seen.Build.Files),
				fmt.Sprintf("of the %d files of two clean builds, %d differ", seen.Build.Files, seen.Build.Differ)},
			finding{seen.Packages.Same(),
				fmt.Sprintf("all %d files that npm ci installed are the same", seen.Packages.Files),
				fmt.Sprintf("of the %d files that npm ci installed, %d differ",
					seen.Packages.Files, seen.Packages.Differ)},
			finding{m.Refused(),
				fmt.Sprintf("npm ci refuses a lock file that disagrees with package.json (exit code %d)", m.CIExit),
				"npm ci accepts a lock file that disagrees with package.json"},
		),
		evidence: []string{
			comparedLayers(*seen),
			differing("npm's cache and logs (~/.npm)", seen.NpmCache),
			differing("the rest of the image", seen.Rest),
			npmInstall(m),
			"Both builds were made on one machine and on one base image, one after the other: what another release " +
				"of npm or Node.js gives was not tested.",
		},
		sheets:      []claimSheet{builtFilesSheet(*seen), builtLayersSheet(seen.Layers)},
		transcripts: []record.Transcript{mismatchTranscript(m)},
	}
}

// comparedLayers says whether the images are the same, and why not.
func comparedLayers(seen record.NpmCIObserved) string {
	var differ []string
	for _, l := range seen.Layers {
		if !l.Same() {
			differ = append(differ, l.Instruction)
		}
	}
	if len(differ) == 0 {
		return fmt.Sprintf("All %d layers above the base are the same.", len(seen.Layers))
	}
	return fmt.Sprintf("The images are not the same: %d of the %d layers above the base have different digests (%s). "+
		"A layer also records when each file was modified, which differs for %d of the installed files and for %d of "+
		"the build, and holds what npm leaves beside them. So the files are reproducible, but not the image.",
		len(differ), len(seen.Layers), strings.Join(differ, "; "), seen.Packages.TimesOnly, seen.Build.TimesOnly)
}

func differing(part string, c record.ComparedFiles) string {
	return fmt.Sprintf("In %s, %d of %d files differ (%s).", part, c.Differ, c.Files, byFolder(c.Folders))
}

func npmInstall(m record.LockMismatch) string {
	text := fmt.Sprintf("npm install, given the same two files, ended with exit code %d and left %s %s in "+
		"package-lock.json", m.InstallExit, m.Library, m.After)
	if m.After != m.Locked {
		text += fmt.Sprintf(", which had %s before: it changes the lock file instead", m.Locked)
	}
	return text + "."
}

// mostFolders is how many folders are named of those whose files differ.
const mostFolders = 6

func byFolder(folders []record.FolderFiles) string {
	var words []string
	for _, f := range folders[:min(mostFolders, len(folders))] {
		words = append(words, fmt.Sprintf("%d in %s", f.Files, f.Folder))
	}
	if more := len(folders) - mostFolders; more > 0 {
		words = append(words, "and "+plural(more, "more folder"))
	}
	return orNone(strings.Join(words, ", "))
}

func builtFilesSheet(seen record.NpmCIObserved) claimSheet {
	t := claimSheet{
		title: "Files of two clean builds",
		doc: "Every file of both images, compared by its SHA-256, mode and link target. Files that are the same in " +
			"these may still differ in their modification time.",
		sheet: sheet{head: []string{"part", "files", "differ", "same, but for the time", "which differ"}},
	}
	for _, part := range []struct {
		name  string
		files record.ComparedFiles
	}{
		{"the build (dist)", seen.Build},
		{"installed packages (node_modules)", seen.Packages},
		{"npm's cache and logs (~/.npm)", seen.NpmCache},
		{"the rest of the image", seen.Rest},
	} {
		f := part.files
		t.rows = append(t.rows, []string{
			part.name, fmt.Sprint(f.Files), fmt.Sprint(f.Differ), fmt.Sprint(f.TimesOnly), byFolder(f.Folders),
		})
	}
	return t
}

func builtLayersSheet(layers []record.ComparedLayer) claimSheet {
	t := claimSheet{
		title: "Layers of two clean builds",
		doc:   "The layers above the base image, by the first 12 hexadecimal digits of the digest of their archive.",
		sheet: sheet{head: []string{"instruction", "first build", "second build", "same"}},
	}
	short := func(id string) string {
		id = strings.TrimPrefix(id, "sha256:")
		return id[:min(12, len(id))]
	}
	for _, l := range layers {
		t.rows = append(t.rows, []string{l.Instruction, short(l.IDs[0]), short(l.IDs[1]), yesNo(l.Same())})
	}
	return t
}

// mismatchTranscript shows both commands, and what npm ci said.
func mismatchTranscript(m record.LockMismatch) record.Transcript {
	lines := []string{
		fmt.Sprintf("# package.json asks for %s %s, package-lock.json has %s", m.Library, m.Asked, m.Locked),
		"$ npm ci",
	}
	lines = append(lines, m.CIErrors...)
	return record.Transcript{Title: "A lock file that disagrees", Lines: append(lines,
		fmt.Sprintf("# exit code %d", m.CIExit),
		"$ npm install",
		fmt.Sprintf("# exit code %d; package-lock.json has %s %s", m.InstallExit, m.Library, m.After))}
}
