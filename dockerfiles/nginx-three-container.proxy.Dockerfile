# The proxy container of three: nginx in front of the frontend and the backend.
ARG NGINX_IMAGE=nginx:1.26.3-bookworm

FROM ${NGINX_IMAGE}
COPY variants/nginx/proxy.conf /etc/nginx/nginx.conf
COPY variants/nginx/start.sh /
USER nginx
EXPOSE 8080
# SIGQUIT lets requests in flight finish; nginx takes SIGTERM for an immediate end.
STOPSIGNAL SIGQUIT
CMD ["sh", "/start.sh"]
