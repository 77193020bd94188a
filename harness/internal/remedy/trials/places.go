package trials

// swap is one edit of the main file.
func swap(old, with string) []Edit { return []Edit{{Old: old, New: with}} }

// at is one place in the main file.
func at(text string) []Place { return []Place{{At: text}} }

// wrap is one place in the main file, with text around the remedy.
func wrap(text, as string) []Place { return []Place{{At: text, As: as}} }

// lines is a place of whole lines in the main file.
func lines(text string) []Place { return wrap(text, "%s\n") }

// indented is a place of whole lines in the main file, within a block.
func indented(text string) []Place { return wrap(text, "    %s\n") }

// tabbed is a place of whole lines in the main file, within a block that is indented by tabs.
func tabbed(text string) []Place { return wrap(text, "\t%s\n") }

// projectFolder makes a project of the app: beside the build stands what the build is made of.
var projectFolder = Edit{File: "Dockerfile", Old: "# build", New: `RUN mkdir /srv/app \
 && cp -r /srv/dist /srv/app/ \
 && cp -r /srv/dist/. /srv/app/ \
 && echo '{"name":"app","dependencies":{}}' > /srv/app/package.json`}

// association adds a file that has no suffix to know its media type by.
var association = Edit{File: "Dockerfile", Old: "# build", New: `RUN mkdir -p /srv/dist/.well-known \
 && echo '{}' > /srv/dist/.well-known/apple-app-site-association`}

// race is why what must survive the replacement of a file has no trial.
const race = "it is about a moment, which may pass unseen"
