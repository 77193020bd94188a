# embedded-go with one thing made worse on purpose: each of the last stages is an image of its own (variants.Planted).
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
# Up to the database the steps are those of embedded-go, so that both share the layer cache.
COPY go.mod go.sum ./
RUN go build github.com/gofiber/fiber/v2/middleware/recover modernc.org/sqlite
COPY variants/books.sql variants/
COPY variants/fiber/database/ variants/fiber/database/
COPY variants/fiber/seed/ variants/fiber/seed/
RUN mkdir -p /image/data && go run ./variants/fiber/seed variants/books.sql /image/data/books.db
COPY variants/fiber/app/ variants/fiber/app/
COPY variants/fiber/planted/ballast/ variants/fiber/planted/ballast/
RUN go run ./variants/fiber/planted/ballast > /ballast
COPY variants/fiber/planted/main.go variants/fiber/planted/plant.go variants/fiber/planted/
COPY --from=spa /spa/dist/ variants/fiber/planted/dist/
RUN go build -ldflags "-s -w" -o /server ./variants/fiber/planted
LABEL spabench.stage=1

# Everything below is as in embedded-go.
FROM scratch AS server
COPY --from=build --chown=65532:65532 /image/ /
COPY --from=build /server /server
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/server"]

FROM server AS cpu
ENV PLANT=cpu
LABEL spabench.stage=1

FROM server AS tail
ENV PLANT=tail
LABEL spabench.stage=1

FROM server AS start
ENV PLANT=start
LABEL spabench.stage=1

FROM server AS size
COPY --from=build /ballast /ballast
