# A common recipe: nginx's try_files.
ARG NODE_IMAGE=node:24.11.1-trixie-slim
ARG NGINX_IMAGE=nginx:1.26.3-bookworm

FROM ${NODE_IMAGE} AS spa
WORKDIR /spa
COPY variants/spa/package.json variants/spa/package-lock.json ./
RUN npm ci
COPY variants/spa/ ./
ARG BUILD_ID=A
RUN npm run build
LABEL spabench.stage=1

FROM ${NGINX_IMAGE}
COPY variants/recipes/nginx-try-files/default.conf /etc/nginx/conf.d/default.conf
COPY --from=spa /spa/dist /srv/dist
EXPOSE 8080
