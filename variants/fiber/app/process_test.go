package app

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// compile builds one of the commands, just as the images do, except that the
// folder dist of the embedded one contains no build.
func compile(t *testing.T, command string) (binary string) {
	t.Helper()
	binary = filepath.Join(t.TempDir(), command)
	if out, err := exec.Command("go", "build", "-o", binary, "../"+command).CombinedOutput(); err != nil {
		t.Fatalf("go build %s: %v\n%s", command, err, out)
	}
	return binary
}

func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port
}

// launch runs the binary until it accepts connections.
func launch(t *testing.T, binary string, environment ...string) (process *exec.Cmd, address string) {
	t.Helper()
	port := freePort(t)
	process = exec.Command(binary)
	process.Env = append(os.Environ(), append(environment, "PORT="+port, "DATABASE="+seededFile(t))...)
	process.Stderr = os.Stderr
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { process.Process.Kill() })
	address = "127.0.0.1:" + port
	for range 500 {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			return process, address
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s does not accept connections", binary)
	return nil, ""
}

func TestStopLetsRequestsFinish(t *testing.T) {
	process, address := launch(t, compile(t, "disk"), "DIST="+buildOnDisk(t))
	slow, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	idle, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	io.WriteString(idle, "GET / HTTP/1.1\r\nHost: a\r\n\r\n") // stays open, unused
	io.WriteString(slow, "GET /api/slow?ms=1500 HTTP/1.1\r\nHost: a\r\n\r\n")
	time.Sleep(300 * time.Millisecond)
	if err := process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond)
	if conn, err := net.Dial("tcp", address); err == nil {
		conn.Close()
		t.Error("accepts connections after SIGTERM")
	}
	slow.SetDeadline(time.Now().Add(5 * time.Second))
	response, err := http.ReadResponse(bufio.NewReader(slow), nil)
	if err != nil {
		t.Fatalf("the request in flight was cut: %v", err)
	}
	if body, err := io.ReadAll(response.Body); err != nil || string(body) != `{"ms":1500}` {
		t.Errorf("the request in flight: %q %v", body, err)
	}
	if !response.Close {
		t.Error("the last response does not say Connection: close")
	}
	if err := process.Wait(); err != nil {
		t.Errorf("exit: %v, want status 0", err)
	}
}

func TestDevServesTheFolder(t *testing.T) {
	dir := buildOnDisk(t)
	_, address := launch(t, compile(t, "embedded"), "DEV=true", "DIST="+dir)
	if got := ask(t, address, "GET /users/42", navigating); got.body != pageBody {
		t.Errorf("%d %q, want the page", got.status, got.body)
	}
	write(t, filepath.Join(dir, "index.html"), "built again")
	if got := ask(t, address, "GET /users/42", navigating); got.body != "built again" {
		t.Errorf("%d %q, want the new page", got.status, got.body)
	}
}

// TestStartFailsLoudly also verifies that a clone without any build compiles.
func TestStartFailsLoudly(t *testing.T) {
	database := seededFile(t)
	empty := t.TempDir()
	tests := []struct {
		command, says string
		environment   []string
	}{
		{"disk", "index.html", []string{"DIST=" + empty, "DATABASE=" + database}},
		{"disk", "open database", []string{"DIST=" + buildOnDisk(t), "DATABASE=" + empty + "/none.db"}},
		{"api", "open database", []string{"DATABASE=" + empty + "/none.db"}},
		{"api", "listen on port", []string{"PORT=nonsense", "DATABASE=" + database}},
		{"embedded", "index.html", []string{"DEV=true", "DIST=" + empty, "DATABASE=" + database}},
	}
	if _, err := os.Stat("../embedded/dist/index.html"); err != nil {
		tests = append(tests, struct {
			command, says string
			environment   []string
		}{"embedded", "index.html", []string{"DATABASE=" + database}})
	}
	binaries := map[string]string{}
	for _, test := range tests {
		if binaries[test.command] == "" {
			binaries[test.command] = compile(t, test.command)
		}
		process := exec.Command(binaries[test.command])
		process.Env = append(os.Environ(), append([]string{"PORT=" + freePort(t)}, test.environment...)...)
		var stderr bytes.Buffer
		process.Stderr = &stderr
		watchdog := time.AfterFunc(10*time.Second, func() { process.Process.Kill() })
		process.Run()
		watchdog.Stop()
		if code := process.ProcessState.ExitCode(); code != 1 || !strings.Contains(stderr.String(), test.says) {
			t.Errorf("%s with %v: exit %d, %q; want 1 and %q",
				test.command, test.environment, code, stderr.String(), test.says)
		}
	}
}
