# The server of embedded-go, but with the build beside it, in /srv/dist.
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
# go.mod and go.sum also list the harness's libraries, so fetch and compile only what the server imports.
COPY go.mod go.sum ./
RUN go build github.com/gofiber/fiber/v2/middleware/recover modernc.org/sqlite
COPY variants/books.sql variants/
COPY variants/fiber/database/ variants/fiber/database/
COPY variants/fiber/seed/ variants/fiber/seed/
RUN mkdir -p /image/data && go run ./variants/fiber/seed variants/books.sql /image/data/books.db
COPY variants/fiber/app/ variants/fiber/app/
COPY variants/fiber/disk/main.go variants/fiber/disk/
RUN go build -ldflags "-s -w" -o /server ./variants/fiber/disk
LABEL spabench.stage=1

FROM scratch
COPY --from=build --chown=65532:65532 /image/ /
COPY --from=dist /spa/dist/ /srv/dist/
COPY --from=build /server /server
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/server"]
