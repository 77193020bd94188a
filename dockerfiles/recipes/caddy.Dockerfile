# The recipe for single-page apps in Caddy's documentation.
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

# The same release as in the official image, compiled from its module, so that it builds without a registry.
FROM ${GO_IMAGE} AS caddy
ENV CGO_ENABLED=0
RUN go install github.com/caddyserver/caddy/v2/cmd/caddy@v2.11.9
LABEL spabench.stage=1

FROM scratch
COPY --from=caddy /go/bin/caddy /caddy
COPY variants/recipes/caddy/Caddyfile /
COPY --from=spa /spa/dist /srv/dist
EXPOSE 8080
ENTRYPOINT ["/caddy", "run", "--config", "/Caddyfile"]
