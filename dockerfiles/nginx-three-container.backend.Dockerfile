# Only the API, for the network behind the nginx proxy.
ARG GO_IMAGE=golang:1.26.8-trixie

FROM ${GO_IMAGE} AS build
WORKDIR /src
ENV CGO_ENABLED=0 GOFLAGS=-trimpath
# go.mod and go.sum also list the harness's libraries, so fetch and compile only what the server imports.
COPY go.mod go.sum ./
RUN go build github.com/gofiber/fiber/v2/middleware/recover modernc.org/sqlite
COPY variants/books.sql variants/
COPY variants/fiber/database/ variants/fiber/database/
COPY variants/fiber/seed/ variants/fiber/seed/
RUN mkdir -p /image/data && go run ./variants/fiber/seed variants/books.sql /image/data/books.db
COPY variants/fiber/app/ variants/fiber/app/
COPY variants/fiber/api/main.go variants/fiber/api/
RUN go build -ldflags "-s -w" -o /server ./variants/fiber/api
LABEL spabench.stage=1

FROM scratch
COPY --from=build --chown=65532:65532 /image/ /
COPY --from=build /server /server
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/server"]
