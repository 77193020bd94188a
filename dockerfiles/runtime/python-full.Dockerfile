# Stand-in for the official python:3.13 image, the one without -slim. The official image is built on buildpack-deps, and
# so has everything to compile extensions and fetch sources: compilers, make, headers of common libraries, Git,
# Mercurial, Subversion, curl, and Tk. These are the Debian packages that buildpack-deps and python install.
ARG PYTHON_IMAGE=python:3.13-slim-trixie
FROM ${PYTHON_IMAGE}
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    ca-certificates curl gnupg netbase sq wget \
    git mercurial openssh-client procps subversion \
    autoconf automake bzip2 default-libmysqlclient-dev dpkg-dev file g++ gcc imagemagick libbz2-dev libc6-dev \
    libcurl4-openssl-dev libdb-dev libevent-dev libffi-dev libgdbm-dev libglib2.0-dev libgmp-dev libjpeg-dev libkrb5-dev \
    liblzma-dev libmagickcore-dev libmagickwand-dev libmaxminddb-dev libncurses5-dev libncursesw5-dev libpng-dev libpq-dev \
    libreadline-dev libsqlite3-dev libssl-dev libtool libwebp-dev libxml2-dev libxslt-dev libyaml-dev make patch unzip \
    xz-utils zlib1g-dev \
    libbluetooth-dev tk-dev uuid-dev \
 && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/*
