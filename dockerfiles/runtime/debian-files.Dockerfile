# A base that has only files, for programs that need no libc. It is made from the same Debian packages as distroless
# static, but is not distroless. They are unpacked, not installed: no shell, no package manager, no library.
ARG DEBIAN_IMAGE=debian:trixie-slim

FROM ${DEBIAN_IMAGE} AS packages
WORKDIR /packages
RUN apt-get update -qq && apt-get download -qq base-files ca-certificates media-types netbase tzdata
# Where there is no dpkg, scanners read a file per package in status.d. What a package would do when it is configured
# is done by hand, that is, the certificates are put into one file; the package's own script would need a shell.
RUN mkdir -p /out/var/lib/dpkg/status.d /out/etc/ssl/certs /out/tmp \
 && for p in *.deb; do \
      dpkg-deb --extract "$p" /out && dpkg-deb --field "$p" > "/out/var/lib/dpkg/status.d/${p%%_*}" || exit 1; \
    done \
 && cat /out/usr/share/ca-certificates/mozilla/*.crt > /out/etc/ssl/certs/ca-certificates.crt \
 && rm -rf /out/usr/sbin/update-ca-certificates /out/usr/share/man /out/usr/share/locale \
 && find /out/usr/share/doc -type f ! -name copyright -delete \
 && chmod 1777 /out/tmp \
 && printf 'root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n' > /out/etc/passwd \
 && printf 'root:x:0:\nnobody:x:65534:\nnonroot:x:65532:\n' > /out/etc/group
LABEL spabench.stage=1

FROM scratch
COPY --from=packages /out/ /
USER 65532:65532
