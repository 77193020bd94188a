# The server of embedded-go with SQLite's own C code, linked by cgo: a binary that needs a loader and a libc.
ARG NODE_IMAGE=node:24.11.1-trixie-slim
ARG GO_IMAGE=golang:1.26.8-trixie
ARG DEBIAN_IMAGE=debian:trixie-slim
# The stage that provides the files: spa builds the app; none is what a checkout has before anyone has built it.
ARG DIST=spa

FROM ${NODE_IMAGE} AS spa
WORKDIR /spa
COPY variants/spa/package.json variants/spa/package-lock.json ./
RUN npm ci
COPY variants/spa/ ./
ARG BUILD_ID=A
RUN npm run build
LABEL spabench.stage=1

FROM scratch AS none
COPY variants/fiber/embedded/dist/.gitignore /spa/dist/

FROM ${DIST} AS dist
LABEL spabench.stage=1

FROM ${GO_IMAGE} AS build
WORKDIR /src
ENV CGO_ENABLED=1 GOFLAGS="-trimpath -tags=cgo_sqlite"
# go.mod and go.sum also list the harness's libraries, so fetch and compile only what the server imports.
COPY go.mod go.sum ./
RUN go build github.com/gofiber/fiber/v2/middleware/recover github.com/mattn/go-sqlite3
COPY variants/books.sql variants/
COPY variants/fiber/database/ variants/fiber/database/
COPY variants/fiber/seed/ variants/fiber/seed/
RUN mkdir -p /image/data && go run ./variants/fiber/seed variants/books.sql /image/data/books.db
COPY variants/fiber/app/ variants/fiber/app/
COPY variants/fiber/embedded/main.go variants/fiber/embedded/
COPY --from=dist /spa/dist/ variants/fiber/embedded/dist/
# Flags for the external linker, which cgo needs: -static links libc into the binary, too.
ARG EXTLDFLAGS=
RUN go build -ldflags "-s -w -extldflags '${EXTLDFLAGS}'" -o /server ./variants/fiber/embedded
LABEL spabench.stage=1

# Its libc must be the same one as the build stage's, and no older: both are Debian trixie's.
FROM ${DEBIAN_IMAGE}
COPY --from=build --chown=65532:65532 /image/ /
COPY --from=build /server /server
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/server"]
