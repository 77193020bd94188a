# Docker Compose v2, for machines that have none. It needs the engine's socket, and the checkout at its own path.
ARG PYTHON_IMAGE=python:3.13-slim-trixie
FROM ${PYTHON_IMAGE}
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends docker-cli docker-compose \
 && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* \
 && docker compose version
# An engine that is old enough to lack Compose may lack BuildKit, too.
ENV DOCKER_BUILDKIT=0
CMD ["sleep", "infinity"]
