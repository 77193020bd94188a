# The front-end container of the three: nginx with the files of the build.
ARG NODE_IMAGE=node:24.11.1-trixie-slim
ARG NGINX_IMAGE=nginx:1.26.3-bookworm
# The stage, or the image, that provides the files in /spa/dist/: spa builds the app.
ARG DIST=spa

FROM ${NODE_IMAGE} AS spa
WORKDIR /spa
COPY variants/spa/package.json variants/spa/package-lock.json ./
RUN npm ci
COPY variants/spa/ ./
ARG BUILD_ID=A
# The origin where browsers find the API; empty for the origin of the page.
ARG API_ORIGIN=
RUN npm run build
LABEL spabench.stage=1

FROM ${DIST} AS dist
LABEL spabench.stage=1

# nginx makes a file's entity tag from its modification time and size. With the time of the build, two builds made in
# the same second, or with all times set alike, would share the tags of pages of equal size, and the same build made
# twice would get different tags. So each time is set to 31 bits of the content's SHA-256, which ends before 2038.
FROM ${NGINX_IMAGE} AS stamped
COPY --from=dist /spa/dist /spa/dist
RUN find /spa/dist -type f -exec sha256sum {} + | while IFS= read -r line; do \
      touch -d "@$((0x$(printf %.8s "$line") & 0x7fffffff))" "${line#*  }" || exit 1; \
    done
LABEL spabench.stage=1

FROM ${NGINX_IMAGE}
COPY variants/nginx/frontend.conf /etc/nginx/nginx.conf
COPY --from=stamped /spa/dist /srv/dist
USER nginx
EXPOSE 8080
# On SIGQUIT nginx lets requests in flight finish; on SIGTERM it stops at once.
STOPSIGNAL SIGQUIT
CMD ["nginx", "-e", "stderr", "-g", "daemon off;"]
