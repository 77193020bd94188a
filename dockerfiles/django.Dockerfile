# Django and WhiteNoise on gunicorn: the API and the files of the build, from disk.
ARG NODE_IMAGE=node:24.11.1-trixie-slim
ARG PYTHON_IMAGE=python:3.13-slim-trixie
# The stage, or the image, that provides the files in /spa/dist/: spa builds the app.
ARG DIST=spa

FROM ${NODE_IMAGE} AS spa
WORKDIR /spa
COPY variants/spa/package.json variants/spa/package-lock.json ./
RUN npm ci
COPY variants/spa/ ./
ARG BUILD_ID=A
RUN npm run build
LABEL spabench.stage=1

FROM ${DIST} AS dist
LABEL spabench.stage=1

FROM ${PYTHON_IMAGE} AS database
COPY variants/books.sql /
RUN mkdir /data \
 && python3 -c "import sqlite3; sqlite3.connect('/data/books.db').executescript(open('/books.sql', encoding='utf-8').read())"
LABEL spabench.stage=1

# The final image gets neither a second pip nor a compiler. Compiled modules are not checked against their sources at
# import, since nothing changes them.
FROM ${PYTHON_IMAGE} AS python
RUN python3 -m venv --without-pip /venv
COPY variants/django/requirements.txt /
RUN pip --python /venv/bin/python install --require-hashes --no-cache-dir --no-compile -r /requirements.txt \
 && /venv/bin/python -m compileall -q --invalidation-mode unchecked-hash /venv/lib
COPY variants/django/gunicorn.conf.py /app/
COPY variants/django/library /app/library
RUN /venv/bin/python -m compileall -q --invalidation-mode unchecked-hash /app
LABEL spabench.stage=1

FROM ${PYTHON_IMAGE}
COPY --from=python /venv /venv
# SQLite writes its journal beside the database, so the server owns the folder, too.
COPY --from=database --chown=65532:65532 /data /data
COPY --from=python /app /app
COPY --from=dist /spa/dist /srv/dist
WORKDIR /app
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 65532:65532
EXPOSE 8080
CMD ["/venv/bin/gunicorn", "library.wsgi"]
