package spatest

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"testing"
)

// TestRawIsSentAsGiven: nothing is added, and the report keeps it.
func TestRawIsSentAsGiven(t *testing.T) {
	heads := make(chan string, 1)
	target := rawServer(t, func(conn net.Conn, request string) {
		heads <- request
		io.WriteString(conn, page)
	})
	target.Header = http.Header{"Authorization": {"Bearer secret"}}
	done, err := clientOf(t, target).do(t.Context(),
		rawRequest("TRACE", "/a%20b", "", Field{"X", "1"}, Field{"X", "2"}))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := <-heads, "TRACE /a%20b HTTP/1.1\nX: 1\nX: 2\n"; got != want {
		t.Errorf("sent %q, want %q", got, want)
	}
	data, err := json.Marshal(done[0])
	if err != nil || !strings.Contains(string(data), `"raw":"TRACE /a%20b HTTP/1.1\r\nX: 1\r\nX: 2\r\n\r\n"`) {
		t.Errorf("the report lacks the bytes: %s, %v", data, err)
	}
}

// TestPrintIntoPrintsTheBytes runs the first half of the command, whatever tool
// the second half needs.
func TestPrintIntoPrintsTheBytes(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no shell here")
	}
	const raw = "GET /%2e\\n's HTTP/1.1\r\nX: \x00\x7f\xff\t$HOME `id`\r\n\r\n"
	for origin, want := range map[string]string{
		"http://127.0.0.1:8080":    "nc -w 5 127.0.0.1 8080",
		"http://app.test":          "nc -w 5 app.test 80",
		"http://[::1]:8080":        "nc -w 5 ::1 8080",
		"https://app.test":         "openssl s_client -quiet -connect app.test:443 -servername app.test",
		"https://127.0.0.1:8443":   "openssl s_client -quiet -connect 127.0.0.1:8443 -servername 127.0.0.1",
		"http://it's.a.trap:8080%": "nc",
	} {
		command := Exchange{Origin: origin, Request: Request{Raw: raw}}.Curl()
		cut := strings.LastIndex(command, " | ")
		if got := command[cut+3:]; got != want {
			t.Errorf("%s: sent by %q, want %q", origin, got, want)
		}
		if output, err := exec.Command("sh", "-c", command[:cut]).Output(); err != nil || string(output) != raw {
			t.Errorf("%s prints %q, %v; want %q", command[:cut], output, err, raw)
		}
	}
}

// TestPrintIntoReachesTheServer runs the whole command.
func TestPrintIntoReachesTheServer(t *testing.T) {
	if _, err := exec.LookPath("nc"); err != nil {
		t.Skip("nc is not installed")
	}
	target := rawServer(t, func(conn net.Conn, request string) { io.WriteString(conn, "got "+request) })
	x := Exchange{Origin: target.URL, Request: rawRequest("GET", "/", "")}
	output, err := exec.Command("sh", "-c", x.Curl()).Output()
	if err != nil || string(output) != "got GET / HTTP/1.1\n" {
		t.Errorf("%s shows %q, %v", x.Curl(), output, err)
	}
}

func TestAuthority(t *testing.T) {
	target := Target{URL: "http://127.0.0.1:8080"}
	if got := clientOf(t, target).authority(); got != "127.0.0.1:8080" {
		t.Errorf("%s, want the origin's", got)
	}
	target.Header = http.Header{"host": {"app.test"}}
	if got := clientOf(t, target).authority(); got != "app.test" {
		t.Errorf("%s, want that of the header", got)
	}
}
