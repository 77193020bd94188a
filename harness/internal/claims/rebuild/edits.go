package rebuild

import (
	"regexp"

	"spabench/harness/internal/record"
)

// edit is a change of the sources, or of the base images, of all variants at once: each variant is affected by the part
// that it is made from.
type edit struct {
	name       string
	what       string          // what is edited, for people
	reinstalls []record.AppEnd // the ends whose dependencies it should install again
	bases      bool            // the base images are changed
	changes    func(mark string) []replacement
}

// edits returns those that are tried. They contain a mark that no other run has, so that a build never finds the steps
// of an earlier run in the layer cache.
func edits() []edit {
	return []edit{
		{name: "front-end edit", what: "the text of one component", changes: editComponent},
		{name: "back-end edit", what: "one string in one file of the server: Go or Python", changes: editServers},
		{name: "front-end dependency",
			what:       "another patch version of react-router, in package.json and package-lock.json",
			reinstalls: []record.AppEnd{record.FrontEnd}, changes: changeFrontEndDependency},
		{name: "back-end dependency", what: "another patch version of one library: " +
			"brotli in go.mod and go.sum, click or sqlparse in requirements.txt",
			reinstalls: []record.AppEnd{record.BackEnd}, changes: changeBackEndDependency},
		{name: "base update", what: "every base image, simulated: the same with a small file in one more layer",
			reinstalls: record.AppEnds(), bases: true, changes: func(string) []replacement { return nil }},
	}
}

func editComponent(mark string) []replacement {
	return []replacement{{"variants/spa/src/pages/about.tsx", "<h1>About</h1>", "<h1>About " + mark + "</h1>"}}
}

func editServers(mark string) []replacement {
	var all []replacement
	for _, file := range []string{"fiber/app/problem.go", "fastapi/library/problems.py", "django/library/problems.py"} {
		all = append(all, replacement{"variants/" + file, `"about:blank"`, `"about:blank#` + mark + `"`})
	}
	return all
}

func changeFrontEndDependency(mark string) []replacement {
	const (
		manifest, lock         = "variants/spa/package.json", "variants/spa/package-lock.json"
		oldVersion, newVersion = `"react-router": "7.18.5"`, `"react-router": "7.18.4"`

		oldPackage = `"version": "7.18.5",
      "integrity": "sha512-dTgvcXDOrLPrlLHrcZAqWveiK1hMSqN+rGAJzegP8HtmNkfRxOoshGWBNX3ZJ0cZjOHkRdlUJtaIhZMLLyGyPw=="`
		newPackage = `"version": "7.18.4",
      "integrity": "sha512-PUPQcMhMGRAslLcvtlPz/kmzBEWPhLdgLFrL7pLNepBL6dX0lWj4WD2cUYVgYCuT3jxvghYFg81cDTj44DhetQ=="`
	)
	return []replacement{
		{manifest, `"version": "0.0.0"`, `"version": "0.0.0-` + mark + `"`},
		{manifest, oldVersion, newVersion},
		{lock, oldVersion, newVersion},
		{lock, oldPackage, newPackage},
	}
}

func changeBackEndDependency(mark string) []replacement {
	const (
		fastapi, django = "variants/fastapi/requirements.txt", "variants/django/requirements.txt"

		brotli = `github.com/andybalholm/brotli v1.2.2 h1:HzTuoo2ErYQqf5qvcJInB8uvqSVxRttzkFexPWtnceM=
github.com/andybalholm/brotli v1.2.2/go.mod h1:rzTDkvFWvIrjDXZHkuS16NPggd91W3kUSvPlQ1pLaKY=
`
		click = `click==8.5.0 \
    --hash=sha256:255bc9599cf7748b4b1a446ccc735421bd08a2ae529a8b88597d3de5664ee360 \`
		sqlparse = `sqlparse==0.6.0 \
    --hash=sha256:b861c0288ce2fa56209a9a6412d2e066ac664b3873b89c26c9d8415e8e32996f \`
	)
	return []replacement{
		{"go.mod", "github.com/andybalholm/brotli v1.2.1", "github.com/andybalholm/brotli v1.2.2 // " + mark},
		{"go.sum", "", brotli},
		{fastapi, `click==8.5.1 \`, click},
		{fastapi, "", "# " + mark + "\n"},
		{django, `sqlparse==0.6.1 \`, sqlparse},
		{django, "", "# " + mark + "\n"},
	}
}

// installers recognise the steps that install dependencies.
var installers = []struct {
	name string
	of   record.AppEnd
	step *regexp.Regexp
}{
	{"npm ci", record.FrontEnd, regexp.MustCompile(`^RUN npm ci\b`)},
	{"pip install", record.BackEnd, regexp.MustCompile(`^RUN pip\b.* install `)},
	// The path of a library begins with a host name.
	{"Go libraries", record.BackEnd, regexp.MustCompile(`^RUN go build [a-z0-9-]+\.[a-z]+/`)},
}

// installer names what a step installs dependencies with, and of which end; "" when it installs none.
func installer(instruction string) (string, record.AppEnd) {
	for _, i := range installers {
		if i.step.MatchString(instruction) {
			return i.name, i.of
		}
	}
	return "", ""
}
