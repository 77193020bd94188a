# Stand-in for the official golang:1.26 image: Debian's Go fetches the toolchain of the same release through the module
# proxy, verified by the checksum database, and is then replaced by it.
ARG ROOT_IMAGE
FROM ${ROOT_IMAGE} AS fetch
RUN apt-get update -qq && apt-get install -y -qq golang-go
ARG GOLANG_VERSION=1.26.8
RUN GOTOOLCHAIN=go${GOLANG_VERSION} go version \
 && cp -r /root/go/pkg/mod/golang.org/toolchain@*go${GOLANG_VERSION}* /go-release \
 && chmod -R u+w /go-release
LABEL spabench.stage=1

FROM ${ROOT_IMAGE}
RUN apt-get update -qq \
 && apt-get install -y -qq git gcc libc6-dev make pkg-config \
 && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/*
COPY --from=fetch /go-release /usr/local/go
ENV GOLANG_VERSION=1.26.8 GOTOOLCHAIN=local GOPATH=/go PATH=/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
RUN mkdir -p /go/src /go/bin && chmod -R 1777 /go && go version
WORKDIR /go
CMD ["bash"]
