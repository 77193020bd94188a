# What is left of a secret that is passed as a build argument: its value shows up in the history of this stage's image,
# but not in that of an image that only copies a file from it. Do not do this; BuildKit has RUN --mount=type=secret.
ARG NODE_IMAGE=node:24.11.1-trixie-slim

FROM ${NODE_IMAGE} AS build
ARG TOKEN=
RUN mkdir /out && printf %s "${TOKEN}" | wc -c > /out/length
LABEL spabench.stage=1

FROM scratch
COPY --from=build /out/ /
