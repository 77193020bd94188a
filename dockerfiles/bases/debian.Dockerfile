# Stand-in for the official debian:trixie-slim image: the root of the others as it is. The official one has no
# certificates of authorities.
ARG ROOT_IMAGE
FROM ${ROOT_IMAGE}
CMD ["bash"]
