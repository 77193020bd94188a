# The load generator: vegeta behind a small main, run on the network of the variant under test.
ARG GO_IMAGE=golang:1.26.8-trixie

FROM ${GO_IMAGE} AS build
WORKDIR /src
ENV CGO_ENABLED=0
COPY go.mod go.sum ./
# Building the third-party packages that the generator imports fills the module and build caches in a layer of their
# own, so an edit of the generator does not fetch or compile them again.
RUN go build golang.org/x/sys/unix github.com/tsenart/vegeta/v12/lib github.com/HdrHistogram/hdrhistogram-go
COPY harness/internal/browser harness/internal/browser
COPY harness/internal/cgroup harness/internal/cgroup
COPY harness/internal/load harness/internal/load
COPY harness/internal/nearest harness/internal/nearest
COPY harness/internal/rawhttp harness/internal/rawhttp
COPY harness/internal/record harness/internal/record
COPY harness/internal/stat harness/internal/stat
COPY harness/spatest harness/spatest
RUN go build -trimpath -ldflags "-s -w" -o /generator ./harness/internal/load/generator
LABEL spabench.stage=1

FROM scratch
COPY --from=build /generator /generator
# The garbage of a turn is collected before the next one, and a turn of the plan allocates less than this, so that no
# collection pauses a slice. A longer load stays below 300 MB.
ENV GOGC=off GOMEMLIMIT=224MiB
USER 65532:65532
ENTRYPOINT ["/generator"]
CMD ["wait"]
