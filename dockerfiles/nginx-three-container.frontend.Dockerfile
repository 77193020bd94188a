# The frontend container of three: nginx with the files of the build.
ARG NODE_IMAGE=node:24.11.1-trixie-slim
ARG NGINX_IMAGE=nginx:1.26.3-bookworm

FROM ${NODE_IMAGE} AS spa
WORKDIR /spa
COPY variants/spa/package.json variants/spa/package-lock.json ./
RUN npm ci
COPY variants/spa/ ./
ARG BUILD_ID=A
# Where browsers find the API; nothing stands for the origin that the page is from.
ARG API_ORIGIN=
RUN npm run build
LABEL spabench.stage=1

# nginx makes an entity tag of a file's modification time and size. The time of a build would let two builds, made in
# the same second or with all times set alike, share the tags of pages of one size; and the same build, made twice,
# would have other tags. So each time is set to 31 bits of the SHA-256 of the content: no later than 2038.
FROM spa AS stamped
RUN find dist -type f -exec sh -c 'for file; do \
      digest=$(sha256sum "$file" | cut -c 1-8); \
      touch -d "@$((0x$digest & 0x7fffffff))" "$file"; \
    done' sh {} +
LABEL spabench.stage=1

FROM ${NGINX_IMAGE}
COPY variants/nginx/frontend.conf /etc/nginx/nginx.conf
COPY --from=stamped /spa/dist /srv/dist
USER nginx
EXPOSE 8080
# SIGQUIT lets requests in flight finish; nginx takes SIGTERM for an immediate end.
STOPSIGNAL SIGQUIT
CMD ["nginx", "-e", "stderr", "-g", "daemon off;"]
