# A common recipe: a Django pattern that matches every path, behind WhiteNoise.
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
COPY variants/django/requirements.txt /
RUN pip install --require-hashes --no-cache-dir -r /requirements.txt
WORKDIR /app
COPY variants/recipes/django-catch-all/project.py ./
COPY --from=spa /spa/dist /srv/dist
EXPOSE 8080
CMD ["gunicorn", "--bind", "0.0.0.0:8080", "project:application"]
