#!/bin/sh
# Run the short tests of the suite as a Windows program: compiled for Windows, and run by Wine. What is missing is
# installed on Debian or Ubuntu, as root. Arguments go to the tests: -test.run=TestTLS
set -eu
cd "$(dirname "$0")/../.."

export PATH="$PATH:/usr/lib/wine"
if ! command -v wine64 >/dev/null || ! command -v x86_64-w64-mingw32-ld >/dev/null; then
	if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
		echo "wine.sh: install Wine for 64-bit programs and the MinGW linker (Debian: wine64, binutils-mingw-w64-x86-64)" >&2
		exit 2
	fi
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends wine64 binutils-mingw-w64-x86-64
fi

folder=$(mktemp -d)
export WINEPREFIX="$folder/wine" WINEDEBUG=-all
trap 'wineserver64 --kill 2>/dev/null || wineserver --kill 2>/dev/null || true; rm -rf "$folder"' EXIT
echo "wine.sh: making a Windows of its own in $folder"
wine64 wineboot --init >/dev/null 2>&1

# Go's runtime takes random numbers from a library that Wine lacks in older versions. Where it is missing, one stands
# in for it that passes the call on to the function that had the task before, with the same arguments.
system="$WINEPREFIX/drive_c/windows/system32"
if [ ! -e "$system/bcryptprimitives.dll" ]; then
	printf 'LIBRARY bcryptprimitives\nEXPORTS\nProcessPrng = advapi32.SystemFunction036\n' >"$folder/random.def"
	x86_64-w64-mingw32-ld -shared -o "$system/bcryptprimitives.dll" "$folder/random.def"
	export WINEDLLOVERRIDES=bcryptprimitives=n
fi

GOOS=windows GOARCH=amd64 CGO_ENABLED=0 go test -c -o "$folder/test.exe" ./harness/spatest
cd harness/spatest
wine64 "$folder/test.exe" -test.short -test.timeout=10m "$@"
