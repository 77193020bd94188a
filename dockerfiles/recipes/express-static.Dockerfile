# A common recipe: Express's static, then a route for every path.
ARG NODE_IMAGE=node:24.11.1-trixie-slim

FROM ${NODE_IMAGE} AS spa
WORKDIR /spa
COPY variants/spa/package.json variants/spa/package-lock.json ./
RUN npm ci
COPY variants/spa/ ./
ARG BUILD_ID=A
RUN npm run build
LABEL spabench.stage=1

FROM ${NODE_IMAGE}
WORKDIR /app
COPY variants/recipes/express-static/package.json variants/recipes/express-static/package-lock.json ./
RUN npm ci
COPY variants/recipes/express-static/server.js ./
COPY --from=spa /spa/dist /srv/dist
USER node
EXPOSE 8080
CMD ["node", "server.js"]
