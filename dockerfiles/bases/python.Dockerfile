# Stand-in for the official python:3.13-slim image: Debian's Python 3.13 under the official image's names.
ARG ROOT_IMAGE
FROM ${ROOT_IMAGE}
RUN apt-get update -qq \
 && apt-get install -y -qq python3 python3-venv python3-pip \
 && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* \
 # The official image lets pip install system-wide; Debian's guard against that has no place here.
 && rm -f /usr/lib/python3*/EXTERNALLY-MANAGED \
 && ln -s /usr/bin/python3 /usr/local/bin/python3 \
 && ln -s /usr/bin/python3 /usr/local/bin/python \
 && ln -s /usr/bin/pip3 /usr/local/bin/pip
ENV LANG=C.UTF-8 PIP_CERT=/etc/ssl/certs/ca-certificates.crt SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
CMD ["python3"]
