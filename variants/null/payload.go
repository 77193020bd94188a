package main

import (
	"bytes"
	"strconv"
	"sync"

	"github.com/valyala/fasthttp"
)

// payloadPrefix is what the path of a payload begins with; the rest is its length in bytes. Payloads serve to calibrate
// the load generator.
const payloadPrefix = "/payload/"

// largest is the maximum length of a payload, in bytes.
const largest = 4 << 20

// payload answers GET /payload/1000 with a thousand bytes.
func payload(ctx *fasthttp.RequestCtx) {
	n, err := strconv.Atoi(string(ctx.Path()[len(payloadPrefix):]))
	if err != nil || n < 0 || n > largest {
		ctx.Error("give a number of bytes, at most "+strconv.Itoa(largest), fasthttp.StatusNotFound)
		return
	}
	ctx.SetContentType("application/octet-stream")
	ctx.Response.SetBodyRaw(filler()[:n:n])
}

// filler is the content of payloads: one repeated letter, so that it is easy to verify. It is allocated on the first
// request for a payload, so that it does not count towards the baseline's memory.
var filler = sync.OnceValue(func() []byte { return bytes.Repeat([]byte{'x'}, largest) })
