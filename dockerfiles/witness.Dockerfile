# The second load generator: h2load, as Debian packages it. It checks the first one, with which it has no code in common.
ARG DEBIAN_IMAGE=debian:trixie-slim
FROM ${DEBIAN_IMAGE}
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends nghttp2-client \
 && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* \
 && h2load --version
# h2load's event loop (libev) with its default, epoll, waits for whole milliseconds: requests due at different moments then
# leave together, two at a time, which costs a server less than one at a time. With select, 1, it waits for microseconds.
ENV LIBEV_FLAGS=1
USER 65532:65532
# The container stays up for a whole run, and h2load is run in it for each slice.
CMD ["sleep", "infinity"]
