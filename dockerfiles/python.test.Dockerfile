# Runs the tests of both Python servers, each with the packages of its image; the build fails unless they pass.
#   --target fastapi   only those of fastapi
#   --target django    only those of django
ARG PYTHON_IMAGE=python:3.13-slim-trixie

FROM ${PYTHON_IMAGE} AS fastapi
WORKDIR /variants/fastapi
COPY variants/fastapi/requirements.txt ./
RUN pip install --require-hashes --no-cache-dir -r requirements.txt
COPY variants/fastapi/tests/requirements.txt tests/
RUN pip install --no-cache-dir -r tests/requirements.txt
COPY variants/books.sql ../
COPY variants/fastapi/ ./
RUN python3 -m pytest -q
LABEL spabench.stage=1

FROM ${PYTHON_IMAGE} AS django
WORKDIR /variants/django
COPY variants/django/requirements.txt ./
RUN pip install --require-hashes --no-cache-dir -r requirements.txt
COPY variants/django/tests/requirements.txt tests/
RUN pip install --no-cache-dir -r tests/requirements.txt
COPY variants/books.sql ../
COPY variants/django/ ./
RUN python3 -m pytest -q
LABEL spabench.stage=1
