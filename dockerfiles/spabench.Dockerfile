# The command line alone, for those without Go: spabench check, and what else needs neither an engine nor a checkout.
ARG GO_IMAGE=golang:1.26.8-trixie

FROM ${GO_IMAGE} AS build
WORKDIR /src
ENV CGO_ENABLED=0 GOFLAGS=-trimpath
# Building the third-party packages fills the module and build caches in a layer of their own: an edit of the command
# line does not fetch or compile them again.
COPY go.mod go.sum ./
RUN go build github.com/HdrHistogram/hdrhistogram-go github.com/aclements/go-moremath/stats \
    github.com/andybalholm/brotli github.com/chromedp/chromedp github.com/olekukonko/tablewriter \
    github.com/schollz/progressbar/v3 github.com/spf13/cobra github.com/testcontainers/testcontainers-go \
    github.com/tsenart/vegeta/v12/lib golang.org/x/perf/benchfmt golang.org/x/term
COPY variants/*.go variants/openapi.yaml variants/
COPY harness/ harness/
# The history of the sources is not here: which version this is has to be told.
ARG VERSION=
RUN go build -ldflags "-s -w -X 'main.version=$VERSION'" -o /spabench ./harness/cmd/spabench
LABEL spabench.stage=1

FROM scratch
# Whose certificates are trusted by default; spabench check --cacert FILE adds others.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /spabench /spabench
USER 65532:65532
ENTRYPOINT ["/spabench"]
