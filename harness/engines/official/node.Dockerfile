# The stand-in for Node.js with the entrypoint that the documentation of the official image promises.
ARG STAND_IN
FROM ${STAND_IN}
COPY node-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["node"]
