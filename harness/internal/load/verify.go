package load

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// hashEvery is how often a body is hashed: the first one, and then one in this many.
const hashEvery = 64

// reasonOtherBytes is the only reason that takes a hash to find.
const reasonOtherBytes = "body of the right length but with other bytes"

// verify returns why a response is wrong, or "". The body's bytes are compared only if hash is set.
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
		return reasonOtherBytes
	}
	return ""
}
