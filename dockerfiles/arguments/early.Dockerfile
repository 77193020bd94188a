# The same, but with the argument declared before npm ci, which then sees it, too: for production, npm leaves out the
# devDependencies in package.json, and the build tool is one of them.
ARG NODE_IMAGE=node:24.11.1-trixie-slim
ARG NODE_ENV=production

FROM ${NODE_IMAGE} AS spa
ARG NODE_ENV
WORKDIR /spa
COPY variants/spa/package.json variants/spa/package-lock.json ./
RUN npm ci
COPY variants/spa/ ./
ARG BUILD_ID=A
RUN npm run build
LABEL spabench.stage=1

FROM scratch
COPY --from=spa /spa/dist/ /dist/
