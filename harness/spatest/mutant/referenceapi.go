package mutant

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// API is the prefix under which the reference has an API.
const API = "/api"

// The endpoints of that API, as spatest.Target names them.
const (
	slowEndpoint   = API + "/slow"
	failEndpoint   = API + "/fail"
	eventsEndpoint = API + "/events"
	writeEndpoint  = API + "/items"
)

const (
	slowTime  = time.Second
	eventTick = 150 * time.Millisecond
	apiLimit  = 1 << 20 // bytes of content
)

// endpoints have GET and HEAD, but for writeEndpoint, which has POST.
var endpoints = map[string]string{
	API + "/health": "GET, HEAD", slowEndpoint: "GET, HEAD", failEndpoint: "GET, HEAD", eventsEndpoint: "GET, HEAD",
	writeEndpoint: "POST",
}

func serveAPI(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	allow, known := endpoints[r.URL.Path]
	head := r.Method == http.MethodHead
	switch {
	case !known:
		problem(w, http.StatusNotFound)
	case allow == "POST" && r.Method != http.MethodPost,
		allow != "POST" && r.Method != http.MethodGet && !head:
		w.Header().Set("Allow", allow)
		problem(w, http.StatusMethodNotAllowed)
	case r.URL.Path == slowEndpoint:
		select {
		case <-time.After(slowTime):
			sendJSON(w, http.StatusOK, `{"slow":true}`)
		case <-r.Context().Done():
		}
	case r.URL.Path == failEndpoint:
		status, err := strconv.Atoi(r.URL.Query().Get("status"))
		if err != nil || status < 400 || status > 599 {
			status = http.StatusBadRequest
		}
		problem(w, status)
	case r.URL.Path == eventsEndpoint:
		sendEvents(w, r, head)
	case r.URL.Path == writeEndpoint:
		takeItem(w, r)
	default:
		sendJSON(w, http.StatusOK, `{"status":"ok"}`)
	}
}

func sendEvents(w http.ResponseWriter, r *http.Request, head bool) {
	w.Header().Set("Content-Type", "text/event-stream")
	for n := 1; n <= 3 && !head; n++ {
		if n > 1 {
			select {
			case <-time.After(eventTick):
			case <-r.Context().Done():
				return
			}
		}
		fmt.Fprintf(w, "data: {\"n\":%d}\n\n", n)
		http.NewResponseController(w).Flush()
	}
}

// takeItem takes any JSON object with a name.
func takeItem(w http.ResponseWriter, r *http.Request) {
	content, err := io.ReadAll(http.MaxBytesReader(w, r.Body, apiLimit))
	if err != nil {
		problem(w, http.StatusRequestEntityTooLarge)
		return
	}
	var item struct {
		Name string `json:"name"`
	}
	if err := json.Unmarshal(content, &item); err != nil || item.Name == "" {
		problem(w, http.StatusUnprocessableEntity)
		return
	}
	sendJSON(w, http.StatusCreated, `{"status":"created"}`)
}

// problem answers as RFC 9457 says.
func problem(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "application/problem+json")
	send(w, status, fmt.Sprintf(`{"type":"about:blank","title":%q,"status":%d}`, http.StatusText(status), status))
}

func sendJSON(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	send(w, status, body)
}

func send(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write([]byte(body))
}
