# The stand-in for nginx with what the documentation of the official image promises beyond the program: a command that
# begins with nginx runs the scripts in /docker-entrypoint.d first.
ARG STAND_IN
FROM ${STAND_IN}
COPY nginx-entrypoint.sh /docker-entrypoint.sh
COPY 20-templates.sh /docker-entrypoint.d/
RUN mkdir -p /etc/nginx/templates
ENTRYPOINT ["/docker-entrypoint.sh"]
CMD ["nginx", "-g", "daemon off;"]
