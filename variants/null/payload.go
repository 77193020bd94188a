package main

import (
	"bytes"
	"strconv"
	"sync"

	"github.com/valyala/fasthttp"
)

// payloadPrefix starts the path of a payload; the rest is its length in bytes. Payloads calibrate the load generator.
const payloadPrefix = "/payload/"

// largest is the longest payload, bytes.
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

// filler is what payloads consist of: one letter, so that it is easy to verify. It is made on the first request for a
// payload, so that the baseline's memory is measured without it.
var filler = sync.OnceValue(func() []byte { return bytes.Repeat([]byte{'x'}, largest) })
