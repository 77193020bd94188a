# What is left of a build argument that is a secret: its value stands in the history of the image of this stage, and not in
# that of an image which only gets a file of it. Do not do this: an engine with BuildKit has RUN --mount=type=secret.
ARG NODE_IMAGE=node:24.11.1-trixie-slim

FROM ${NODE_IMAGE} AS build
ARG TOKEN=
RUN mkdir /out && printf %s "${TOKEN}" | wc -c > /out/length
LABEL spabench.stage=1

FROM scratch
COPY --from=build /out/ /
