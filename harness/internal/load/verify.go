package load

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// hashEvery: one body in so many is compared byte for byte, beside the first.
const hashEvery = 64

// otherBytes is what a hash finds.
const otherBytes = "body of the right length with other bytes"

// verify returns why a response is not the wanted one, or "".
func (w Want) verify(status int, coding string, body []byte, hash bool) string {
	switch {
	case status != w.Status:
		return fmt.Sprintf("status %d, want %d", status, w.Status)
	case coding != w.Coding:
		return fmt.Sprintf("content coding %q, want %q", coding, w.Coding)
	case w.Contains != "":
		if !bytes.Contains(body, []byte(w.Contains)) {
			return fmt.Sprintf("body of %d bytes without %q", len(body), w.Contains)
		}
		return ""
	case len(body) != w.Length:
		return fmt.Sprintf("body of %d bytes, want %d", len(body), w.Length)
	}
	if !hash {
		return ""
	}
	if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != w.SHA256 {
		return otherBytes
	}
	return ""
}
