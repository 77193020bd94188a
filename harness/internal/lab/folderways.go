package lab

import "context"

// Overwrite replaces files in their order, each in place, as cp does: a file that is read meanwhile is empty or half
// there. With only, everything that is not named is removed after that.
func (f *Folder) Overwrite(ctx context.Context, files []File, only bool) error {
	return f.replace(ctx, files, only, overwrite)
}

const overwrite = `
cd "$1"
while IFS= read -r name; do
  mkdir -p "$folder/$(dirname "$name")"
  cp "new/$name" "$folder/$name"
  chmod 644 "$folder/$name"
done <order
`

// Released is the link below the folder that leads to the files of the last [Folder.Release].
const Released = "current"

// Release puts files into a folder of their own, and then lets the link [Released] lead to it, by a rename: all of them
// take the place of the last release at once. A coded form is newer than its original, as it is after a build.
func (f *Folder) Release(ctx context.Context, files []File) error {
	return f.replace(ctx, files, false, release)
}

const release = `
to=releases$1
mkdir -p "$folder/releases"
cp -R "$1/new" "$folder/$to"
chmod -R a+rX "$folder/$to"
find "$folder/$to" \( -name '*.br' -o -name '*.gz' \) -exec touch {} +
ln -s "$to" "$folder/.incoming"
mv -fT "$folder/.incoming" "$folder/current"
`
