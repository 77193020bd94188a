# The floor of the comparison: the page from memory and nothing else.
ARG NODE_IMAGE=node:24.11.1-trixie-slim
ARG GO_IMAGE=golang:1.26.8-trixie

FROM ${NODE_IMAGE} AS spa
WORKDIR /spa
COPY variants/spa/package.json variants/spa/package-lock.json ./
RUN npm ci
COPY variants/spa/ ./
ARG BUILD_ID=A
RUN npm run build
LABEL spabench.stage=1

FROM ${GO_IMAGE} AS build
WORKDIR /src
ENV CGO_ENABLED=0 GOFLAGS=-trimpath
COPY go.mod go.sum ./
RUN go build github.com/valyala/fasthttp
COPY variants/null/main.go variants/null/payload.go variants/null/
COPY --from=spa /spa/dist/index.html /spa/dist/index.html.gz variants/null/dist/
RUN go build -ldflags "-s -w" -o /server ./variants/null
LABEL spabench.stage=1

FROM scratch
# The Go runtime's monitor thread goes to sleep whenever the server is idle, and the next request's first system call
# wakes it. While a scheduler trace is due, once in 24 days here, it polls every 10 ms instead. At 1,000 requests/s that
# is 1.0 context switches a request instead of 2.7, and a quarter less CPU time; idle, it is 0.3% of one CPU more.
ENV GODEBUG=schedtrace=2147483647
COPY --from=build /server /server
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/server"]
