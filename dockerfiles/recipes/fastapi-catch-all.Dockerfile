# A common recipe: a FastAPI route for every path.
ARG NODE_IMAGE=node:24.11.1-trixie-slim
ARG PYTHON_IMAGE=python:3.13-slim-trixie

FROM ${NODE_IMAGE} AS spa
WORKDIR /spa
COPY variants/spa/package.json variants/spa/package-lock.json ./
RUN npm ci
COPY variants/spa/ ./
ARG BUILD_ID=A
RUN npm run build
LABEL spabench.stage=1

FROM ${PYTHON_IMAGE}
COPY variants/fastapi/requirements.txt /
RUN pip install --require-hashes --no-cache-dir -r /requirements.txt
WORKDIR /app
COPY variants/recipes/fastapi-catch-all/main.py ./
COPY --from=spa /spa/dist /srv/dist
EXPOSE 8080
CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8080"]
