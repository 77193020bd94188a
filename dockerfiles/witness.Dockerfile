# The second load generator: h2load, as Debian packages it. It checks the first one, with which it has no code in common.
ARG DEBIAN_IMAGE=debian:trixie-slim
FROM ${DEBIAN_IMAGE}
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends nghttp2-client \
 && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* \
 && h2load --version
USER 65532:65532
# The container stays up for a whole run, and h2load is run in it for each slice.
CMD ["sleep", "infinity"]
