package lab

import "context"

// Overwrite replaces files in the given order, each in place, as cp does: whoever reads a file meanwhile may find it
// empty or incomplete. With only, all other files are removed afterwards.
func (f *Folder) Overwrite(ctx context.Context, files []File, only bool) error {
	return f.replace(ctx, files, only, overwriteScript)
}

const overwriteScript = `
cd "$1"
while IFS= read -r name; do
  mkdir -p "$folder/$(dirname "$name")"
  cp "new/$name" "$folder/$name"
  chmod 644 "$folder/$name"
done <order
`

// Released is the symbolic link in the folder that points to the files of the last [Folder.Release].
const Released = "current"

// Release puts files into a folder of their own and then points the link [Released] to it, by a rename, so that all of
// them replace the last release at once. Coded forms are newer than their originals, as they are after a build.
func (f *Folder) Release(ctx context.Context, files []File) error {
	return f.replace(ctx, files, false, releaseScript)
}

const releaseScript = `
to=releases$1
mkdir -p "$folder/releases"
cp -R "$1/new" "$folder/$to"
chmod -R a+rX "$folder/$to"
find "$folder/$to" \( -name '*.br' -o -name '*.gz' \) -exec touch {} +
ln -s "$to" "$folder/.incoming"
mv -fT "$folder/.incoming" "$folder/current"
`
