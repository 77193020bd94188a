# The app with another front end, for embedded-go.Dockerfile to serve: --build-arg DIST=<this image>.
# A front end is a folder of variants/fronts/, laid over what all share: the React app's public files, style sheet,
# pictures and client of the API, and what they say alike in common/.
ARG NODE_IMAGE=node:24.11.1-trixie-slim

FROM ${NODE_IMAGE} AS front
ARG FRONT=plain
WORKDIR /spa
COPY variants/fronts/${FRONT}/package.json variants/fronts/${FRONT}/package-lock.json ./
RUN npm ci
COPY variants/spa/ variants/fronts/common/ ./
COPY variants/fronts/${FRONT}/ ./
ARG BUILD_ID=A
RUN npm run build
LABEL spabench.stage=1

FROM scratch AS dist
COPY --from=front /spa/dist/ /spa/dist/
