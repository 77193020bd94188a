# For development: FastAPI with its sources in /app, and the build in a folder below them.
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

FROM ${PYTHON_IMAGE} AS database
COPY variants/books.sql /
RUN mkdir /data \
 && python3 -c "import sqlite3; sqlite3.connect('/data/books.db').executescript(open('/books.sql', encoding='utf-8').read())"
LABEL spabench.stage=1

FROM ${PYTHON_IMAGE}
COPY variants/fastapi/requirements.txt /
RUN pip install --require-hashes --no-cache-dir -r /requirements.txt
WORKDIR /app
# No bytecode, since it would be written into the host's sources.
ENV DIST=/app/dist PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
COPY --from=database /data /data
COPY variants/fastapi/library library
COPY --from=spa /spa/dist dist
EXPOSE 8080
CMD ["uvicorn", "library.main:create_app", "--factory", "--host", "0.0.0.0", "--port", "8080"]
# Compose moves the tag to the next build; this label finds the images that are left without one.
LABEL spabench.stage=1
