# The built SPA alone, and its tests.
#   --target dist   /dist in an empty image, for whatever needs the files
#   --target test   fails unless the tests pass, the types check, and a second clean build gives the same bytes
# Without a target: dist. (The classic builder then runs test as well.)
ARG NODE_IMAGE=node:24.11.1-trixie-slim

FROM ${NODE_IMAGE} AS spa
WORKDIR /spa
COPY variants/spa/package.json variants/spa/package-lock.json ./
RUN npm ci
COPY variants/spa/ ./
ARG BUILD_ID=A
RUN npm run build
LABEL spabench.stage=1

FROM scratch AS dist
COPY --from=spa /spa/dist /dist

FROM spa AS test
ARG BUILD_ID=A
RUN npm test && npm run typecheck
WORKDIR /again
COPY variants/spa/ ./
RUN npm ci && npm run build && diff -r /spa/dist /again/dist
LABEL spabench.stage=1

FROM dist
