# The app in another front end, to be served by embedded-go.Dockerfile: --build-arg DIST=<this image>.
# A front end is a folder in variants/fronts/, copied over what all of them share: the React app's public files, style
# sheet, pictures and API client, and the common texts in common/.
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
