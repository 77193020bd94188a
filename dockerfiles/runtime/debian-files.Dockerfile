# A base of files alone, for programs that need no libc: made as distroless static is, from the same Debian packages, and
# not by the same hand. They are unpacked and not installed, so there is no shell, no package manager and no library.
ARG DEBIAN_IMAGE=debian:trixie-slim

FROM ${DEBIAN_IMAGE} AS packages
WORKDIR /packages
RUN apt-get update -qq && apt-get download -qq base-files ca-certificates media-types netbase tzdata
# A file for each package in status.d is what scanners read where dpkg is not. What a package would do when it is
# configured is done by hand: the certificates in one file. Its program for that would need a shell.
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
