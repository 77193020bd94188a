# A common recipe: Fiber's filesystem middleware with NotFoundFile.
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
RUN go build github.com/gofiber/fiber/v2/middleware/filesystem
COPY variants/recipes/fiber-notfoundfile/main.go variants/recipes/fiber-notfoundfile/
COPY --from=spa /spa/dist/ variants/recipes/fiber-notfoundfile/dist/
RUN go build -o /server ./variants/recipes/fiber-notfoundfile
LABEL spabench.stage=1

FROM scratch
COPY --from=build /server /server
EXPOSE 8080
ENTRYPOINT ["/server"]
