# One static binary: the server with the build inside it, and its database.
ARG NODE_IMAGE=node:24.11.1-trixie-slim
ARG GO_IMAGE=golang:1.26.8-trixie
# The base of the final image. The server needs nothing from it.
ARG RUNTIME_IMAGE=scratch
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
ENV CGO_ENABLED=0 GOFLAGS=-trimpath
# go.mod and go.sum also list the harness's libraries, so fetch and compile only what the server imports.
COPY go.mod go.sum ./
RUN go build github.com/gofiber/fiber/v2/middleware/recover modernc.org/sqlite
COPY variants/books.sql variants/
COPY variants/fiber/database/ variants/fiber/database/
COPY variants/fiber/seed/ variants/fiber/seed/
RUN mkdir -p /image/data && go run ./variants/fiber/seed variants/books.sql /image/data/books.db
COPY variants/fiber/app/ variants/fiber/app/
COPY variants/fiber/embedded/main.go variants/fiber/embedded/
COPY --from=dist /spa/dist/ variants/fiber/embedded/dist/
RUN go build -ldflags "-s -w" -o /server ./variants/fiber/embedded
LABEL spabench.stage=1

FROM ${RUNTIME_IMAGE}
COPY --from=build --chown=65532:65532 /image/ /
COPY --from=build /server /server
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/server"]
