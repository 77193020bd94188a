package lab

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// putScript also replaces the coded forms of a file that it has replaced, even if their bytes are the same, because
// they must not look older than the file.
const putScript = `
cd "$1"
replaced=
while IFS= read -r name; do
  case $name in "$replaced".br|"$replaced".gz) ;; *)
    if cmp -s "new/$name" "$folder/$name"; then continue; fi
    replaced=$name
  esac
  dir=$folder/$(dirname "$name")
  mkdir -p "$dir"
  cp "new/$name" "$dir/.incoming"
  chmod 644 "$dir/.incoming"
  mv -f "$dir/.incoming" "$folder/$name"
done <order
`

// removeOthersScript removes what is not among the new files.
const removeOthersScript = `
cd "$folder"
find . ! -type d | while IFS= read -r name; do
  if [ ! -e "$1/new/$name" ]; then rm "$name"; fi
done
find . -mindepth 1 -type d -empty -delete
`

// pack returns an archive with the files in dir/new and their names in dir/order.
func pack(dir string, files []File) (io.Reader, error) {
	var order strings.Builder
	for _, file := range files {
		if path.Clean(file.Name) != file.Name || strings.ContainsAny(file.Name, "\n\x00") {
			return nil, fmt.Errorf("%q is not a valid file name", file.Name)
		}
		order.WriteString(file.Name + "\n")
	}
	var b bytes.Buffer
	tw := tar.NewWriter(&b)
	write := func(name string, content []byte) error {
		h := &tar.Header{Name: name, Typeflag: tar.TypeReg, Size: int64(len(content)), Mode: 0o644}
		if err := tw.WriteHeader(h); err != nil {
			return err
		}
		_, err := tw.Write(content)
		return err
	}
	errs := []error{write(dir+"/order", []byte(order.String()))}
	for _, file := range files {
		errs = append(errs, write(dir+"/new/"+file.Name, file.Content))
	}
	return &b, errors.Join(append(errs, tw.Close())...)
}
