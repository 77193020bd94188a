# Stand-in for the official nginx:1.26 image: Debian's nginx 1.26 under the official image's layout
# (user nginx 101, /etc/nginx/nginx.conf with conf.d/*.conf, /usr/share/nginx/html, logs to the container's output).
ARG ROOT_IMAGE
FROM ${ROOT_IMAGE}
RUN groupadd --system --gid 101 nginx \
 && useradd --system --gid nginx --no-create-home --home-dir /nonexistent --shell /bin/false --uid 101 nginx \
 && apt-get update -qq \
 && apt-get install -y -qq nginx-light \
 && rm -rf /var/lib/apt/lists/* /var/cache/* /etc/nginx/sites-* /etc/nginx/snippets /etc/nginx/modules-enabled /var/www \
 && mkdir -p /var/cache/nginx /etc/nginx/conf.d /usr/share/nginx/html \
 && chown -R nginx:nginx /var/cache/nginx /var/log/nginx \
 && ln -sf /dev/stdout /var/log/nginx/access.log \
 && ln -sf /dev/stderr /var/log/nginx/error.log
COPY nginx.conf /etc/nginx/nginx.conf
EXPOSE 80
STOPSIGNAL SIGQUIT
CMD ["nginx", "-g", "daemon off;"]
