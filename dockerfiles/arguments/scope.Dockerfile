# Where a build argument has its value: one that is declared before the first FROM has it only in FROM lines, and in a
# stage only below the line that declares it again.
ARG NODE_IMAGE=node:24.11.1-trixie-slim
ARG NODE_ENV=production

FROM ${NODE_IMAGE}
WORKDIR /seen
RUN printf %s "${NODE_ENV-unset}" > before
ARG NODE_ENV
RUN printf %s "${NODE_ENV-unset}" > after
# While the image is built, processes see it as an environment variable.
RUN node --print 'process.env.NODE_ENV' | tr -d '\n' > process
