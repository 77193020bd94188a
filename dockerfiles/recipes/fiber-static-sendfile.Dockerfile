# A common recipe: Fiber's Static, then SendFile.
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
RUN go build github.com/gofiber/fiber/v2
COPY variants/recipes/fiber-static-sendfile/main.go variants/recipes/fiber-static-sendfile/
RUN go build -o /server ./variants/recipes/fiber-static-sendfile
LABEL spabench.stage=1

FROM scratch
COPY --from=build /server /server
COPY --from=spa /spa/dist /srv/dist
EXPOSE 8080
ENTRYPOINT ["/server"]
