# Builds the app with an argument NODE_ENV that only the build sees.
ARG NODE_IMAGE=node:24.11.1-trixie-slim
ARG NODE_ENV=production

FROM ${NODE_IMAGE} AS spa
WORKDIR /spa
COPY variants/spa/package.json variants/spa/package-lock.json ./
RUN npm ci
COPY variants/spa/ ./
ARG BUILD_ID=A
ARG NODE_ENV
RUN npm run build
LABEL spabench.stage=1

FROM scratch
COPY --from=spa /spa/dist/ /dist/
