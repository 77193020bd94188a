# The server without a database, and the seeder that makes one where it runs.
#   --target seed   the seeder
# Without a target: the server. (The classic builder then builds the seeder as well.)
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
# go.mod and go.sum also list the harness's libraries, so fetch and compile only what the server imports.
COPY go.mod go.sum ./
RUN go build github.com/gofiber/fiber/v2/middleware/recover modernc.org/sqlite
COPY variants/fiber/database/ variants/fiber/database/
COPY variants/fiber/seed/ variants/fiber/seed/
RUN mkdir -p /image/data && go build -ldflags "-s -w" -o /seed ./variants/fiber/seed
COPY variants/fiber/app/ variants/fiber/app/
COPY variants/fiber/embedded/main.go variants/fiber/embedded/
COPY --from=spa /spa/dist/ variants/fiber/embedded/dist/
RUN go build -ldflags "-s -w" -o /server ./variants/fiber/embedded
LABEL spabench.stage=1

FROM scratch AS seed
# An empty /data that the user owns: a new volume that is mounted there takes over its owner.
COPY --from=build --chown=65532:65532 /image/ /
COPY variants/books.sql /
COPY --from=build /seed /seed
USER 65532:65532
ENTRYPOINT ["/seed"]
CMD ["-once", "/books.sql", "/data/books.db"]
LABEL spabench.stage=1

FROM scratch AS runtime
COPY --from=build /server /server
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/server"]
# Compose moves the tag to the next build; this label finds the images that are left without one.
LABEL spabench.stage=1
