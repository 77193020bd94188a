# A common recipe: look for the file, else serve index.html.
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
COPY variants/recipes/go-stat-then-index/main.go variants/recipes/go-stat-then-index/
RUN go build -o /server ./variants/recipes/go-stat-then-index
LABEL spabench.stage=1

FROM scratch
COPY --from=build /server /server
COPY --from=spa /spa/dist /srv/dist
EXPOSE 8080
ENTRYPOINT ["/server"]
