# The proxy container of the three: nginx in front of the front end and the back end.
ARG NGINX_IMAGE=nginx:1.26.3-bookworm

FROM ${NGINX_IMAGE}
COPY variants/nginx/proxy.conf /etc/nginx/nginx.conf
COPY variants/nginx/start.sh /
USER nginx
EXPOSE 8080
# On SIGQUIT nginx lets requests in flight finish; on SIGTERM it stops at once.
STOPSIGNAL SIGQUIT
CMD ["sh", "/start.sh"]
