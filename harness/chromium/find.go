package chromium

import (
	"os"
	"os/exec"
)

// EnvPath names the environment variable with the browser to use: a path, or
// the name of a command.
const EnvPath = "CHROME"

// commands are looked for in this order. The headless shell is Chromium without windows and extensions, and needs a
// third of the CPU time.
var commands = []string{
	"chromium-headless-shell", "chrome-headless-shell",
	"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
	"/Applications/Chromium.app/Contents/MacOS/Chromium",
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	`C:\Program Files\Google\Chrome\Application\chrome.exe`,
	`C:\Program Files (x86)\Google\Chrome\Application\chrome.exe`,
}

// Find looks for an installed Chromium or Chrome. What the environment variable
// CHROME names is taken as it is: if it does not exist, Start says so. If CHROME
// is set, and empty, there is none.
func Find() (path string, ok bool) {
	if named, set := os.LookupEnv(EnvPath); set {
		return named, named != ""
	}
	for _, command := range commands {
		if path, err := exec.LookPath(command); err == nil {
			return path, true
		}
	}
	return "", false
}
