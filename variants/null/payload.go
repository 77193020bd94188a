package main

import (
	"bytes"
	"strconv"
	"sync"

	"github.com/valyala/fasthttp"
)

// payloadPrefix begins the path of as many bytes as the rest of it says: what the load generator is calibrated with.
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

// filler is what payloads consist of: the same letter, so that whoever checks one knows it. It is made when it is asked
// for the first time: the floor's memory is measured without it.
var filler = sync.OnceValue(func() []byte { return bytes.Repeat([]byte{'x'}, largest) })
