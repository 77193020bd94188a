# Stand-in for the official debian:trixie-slim image: the root file system of the other stand-ins, unchanged. The
# official image, unlike this one, has no CA certificates.
ARG ROOT_IMAGE
FROM ${ROOT_IMAGE}
CMD ["bash"]
