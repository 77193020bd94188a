# Where a build argument has its value: one that is declared before the first FROM has it in FROM lines alone, until a
# stage declares it again, from that line on.
ARG NODE_IMAGE=node:24.11.1-trixie-slim
ARG NODE_ENV=production

FROM ${NODE_IMAGE}
WORKDIR /seen
RUN printf %s "${NODE_ENV-unset}" > before
ARG NODE_ENV
RUN printf %s "${NODE_ENV-unset}" > after
# A process sees it as a variable of its environment, while the image is built.
RUN node --print 'process.env.NODE_ENV' | tr -d '\n' > process
