# The baseline of the comparison: the page from memory, and nothing else.
ARG NODE_IMAGE=node:24.11.1-trixie-slim
ARG GO_IMAGE=golang:1.26.8-trixie
# The stage, or the image, that provides the files in /spa/dist/: spa builds the app.
ARG DIST=spa

FROM ${NODE_IMAGE} AS spa
WORKDIR /spa
COPY variants/spa/package.json variants/spa/package-lock.json ./
RUN npm ci
COPY variants/spa/ ./
ARG BUILD_ID=A
RUN npm run build
LABEL spabench.stage=1

FROM ${DIST} AS dist
LABEL spabench.stage=1

FROM ${GO_IMAGE} AS build
WORKDIR /src
ENV CGO_ENABLED=0 GOFLAGS=-trimpath
COPY go.mod go.sum ./
RUN go build github.com/valyala/fasthttp
COPY variants/null/main.go variants/null/payload.go variants/null/
COPY --from=dist /spa/dist/index.html /spa/dist/index.html.gz variants/null/dist/
RUN go build -ldflags "-s -w" -o /server ./variants/null
LABEL spabench.stage=1

FROM scratch
COPY --from=build /server /server
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/server"]
