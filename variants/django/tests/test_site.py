import os

import pytest
from conftest import PAGE, Browser
from django.test import override_settings

from library.files import UNSATISFIABLE, byte_range, matches, negotiate
from library.wire import raw_path

NAVIGATION = {"Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Dest": "document"}
SCRIPT = {"Accept": "*/*", "Sec-Fetch-Dest": "script"}


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/", {}, "page"),
        ("/?a=1", NAVIGATION, "page"),
        ("/index.html", {}, "page"),
        ("/users/42", NAVIGATION, "page"),
        ("/users/42", {}, "page"),
        ("/users/42", {"Accept": "text/html"}, "page"),
        ("/users/42", SCRIPT, 404),
        ("/packages/react/18.2.0", NAVIGATION, "page"),
        ("/packages/react/18.2.0", {"Accept": "text/html"}, "page"),
        ("/packages/react/18.2.0", {"Accept": "*/*"}, 404),
        ("/images", NAVIGATION, "page"),
        ("/images/", NAVIGATION, "page"),
        ("/apiary", NAVIGATION, "page"),
        ("/assets", NAVIGATION, "page"),
        ("/assets-guide", NAVIGATION, "page"),
        ("/search/caf%C3%A9%20au%20lait", NAVIGATION, "page"),
        ("/files/a%2Fb", NAVIGATION, "page"),
        ("/users/100%", NAVIGATION, "page"),
        ("/%ff", NAVIGATION, "page"),
        ("/t/" + "a" * 300, NAVIGATION, "page"),
        ("/%00", NAVIGATION, "page"),
        ("/assets/", NAVIGATION, 404),
        ("/assets/gone.js", NAVIGATION, 404),
        ("/assets/app-1a2b3c4d.js.gz", NAVIGATION, 404),
        ("/.well-known/gone", NAVIGATION, 404),
        ("/.env", NAVIGATION, 404),
        ("/.env.production", NAVIGATION, 404),
        ("/.git/config", NAVIGATION, 404),
        ("/x/%2e%2e/.env", NAVIGATION, 404),
        ("/..%2fsecret.txt", NAVIGATION, 404),
        ("/..%5csecret.txt", NAVIGATION, 404),
        ("/%2e%2e/secret.txt", NAVIGATION, 404),
        ("/..%c0%afsecret.txt", NAVIGATION, 404),
        ("/link.txt", SCRIPT, 404),
        ("/folder/secret.txt", SCRIPT, 404),
        ("/missing.png", {"Sec-Fetch-Dest": "image"}, 404),
        ("/users/42", {"Upgrade": "websocket", "Connection": "Upgrade"}, 404),
        ("/assets/app-1a2b3c4d.js", NAVIGATION, b"run()"),
        ("/assets%2Fapp-1a2b3c4d.js", NAVIGATION, 404),
        ("/docs/", NAVIGATION, b"<title>docs</title>"),
        ("/with%20space.txt", {}, b"space"),
        ("/a%2520b.txt", {}, b"literal percent"),
        ("/f%C3%BCnke.txt", {}, b"umlaut"),
        ("/empty.txt", {}, b""),
        ("/.well-known/security.txt", {}, b"Contact: x"),
        ("/big.bin", {}, bytes(range(256)) * 8192),
    ],
)
def test_paths(client, path, fields, status):
    response = client.get(path, headers=fields)
    content = response.getvalue()
    assert b"canary" not in content
    if status == 404:
        assert response.status_code == 404
        assert PAGE not in content
        assert response.headers["Cache-Control"] == "no-store"
    else:
        assert response.status_code == 200
        assert content == (PAGE if status == "page" else status)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Length"] == str(len(content))
    head = client.head(path, headers=fields)
    assert (head.status_code, dict(head.headers)) == (response.status_code, dict(response.headers))
    assert head.getvalue() == b""


def test_directory_redirect_is_relative_and_keeps_the_query(client):
    response = client.get("/docs?next=%2Fx", headers={"Host": "evil.test", **NAVIGATION})
    assert (response.status_code, response.headers["Location"]) == (308, "/docs/?next=%2Fx")


@pytest.mark.parametrize("path", ["/", "/users/42", "/assets/app-1a2b3c4d.js", "/.env"])
@pytest.mark.parametrize("method", ["POST", "DELETE", "OPTIONS", "FROB"])
def test_other_methods(client, method, path):
    response = client.generic(method, path)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("host", [None, "a.test,b.test", "a b", ""])
def test_a_request_names_one_host(client, host):
    if host is None:
        del client.defaults["HTTP_HOST"]
        assert client.get("/", SERVER_PROTOCOL="HTTP/1.0").status_code == 200
    response = client.get("/", headers={} if host is None else {"Host": host})
    assert response.status_code == 400
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "type", "policy"),
    [
        ("/", 'text/html; charset="utf-8"', "max-age=0, public"),
        ("/users/42", 'text/html; charset="utf-8"', "max-age=0, public"),
        ("/assets/app-1a2b3c4d.js", 'text/javascript; charset="utf-8"', "max-age=315360000, public, immutable"),
        ("/assets/lib-5e6f7a8b.mjs", 'text/javascript; charset="utf-8"', "max-age=315360000, public, immutable"),
        ("/assets/gcd-9c0d1e2f.wasm", "application/wasm", "max-age=315360000, public, immutable"),
        ("/images/icon.png", "image/png", "max-age=0, public"),
    ],
)
def test_policy(client, path, type, policy):
    fields = client.get(path).headers
    assert fields["Content-Type"] == type
    assert fields["Cache-Control"] == policy
    assert "Accept-Encoding" in fields["Vary"]
    assert "Last-Modified" not in fields


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", None),
        ("gzip", "gzip"),
        ("gzip, br", "br"),
        ("GZIP, deflate", "gzip"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=0, br;q=0", None),
        ("*", "br"),
        ("identity, *;q=0", None),
        ("br;q=0.5, identity;q=1", None),
        ("gzip;q=nonsense", None),
    ],
)
def test_codings(client, accepted, coding):
    response = client.get("/users/42", headers={"Accept-Encoding": accepted})
    assert response.headers.get("Content-Encoding") == coding
    assert response.getvalue() == {None: PAGE, "br": b"page in br", "gzip": b"page in gzip"}[coding]


def test_identity_is_the_last_resort():
    assert negotiate({"gzip": "", None: ""}, "identity;q=0") is None


def test_each_coding_has_its_own_tag_that_revalidates(client):
    tags = set()
    for coding in ("", "gzip", "br"):
        fields = client.get("/", headers={"Accept-Encoding": coding}).headers
        again = client.get("/", headers={"Accept-Encoding": coding, "If-None-Match": fields["ETag"]})
        assert (again.status_code, again.getvalue()) == (304, b"")
        for name in ("ETag", "Cache-Control", "Vary", "X-Frame-Options"):
            assert again.headers[name] == fields[name]
        tags.add(fields["ETag"])
    assert len(tags) == 3


@pytest.mark.parametrize(
    ("condition", "expected"),
    [("", False), ('"a"', True), ('"zzz", W/"a"', True), ("*", True), ('"b"', False), ("a", False), ('"a', False)],
)
def test_if_none_match(condition, expected):
    assert matches(condition, '"a"') is expected


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("", None),
        ("bytes=0-0", (0, 0)),
        ("bytes=2-4", (2, 4)),
        ("bytes=2-", (2, 9)),
        ("bytes=2-99", (2, 9)),
        ("bytes=-3", (7, 9)),
        ("bytes=-99", (0, 9)),
        ("bytes=-0", UNSATISFIABLE),
        ("bytes=10-", UNSATISFIABLE),
        ("bytes=4-2", None),
        ("bytes=-", None),
        ("bytes=0-1,3-4", None),
        ("bytes=+1-2", None),
        ("lines=0-1", None),
        ("bytes=0-" + "9" * 99, None),
    ],
)
def test_byte_range(field, expected):
    assert byte_range(field, 10) == expected


def test_a_range_is_of_what_the_client_has(client):
    whole = client.get("/")
    part = client.get("/", headers={"Range": "bytes=2-8", "If-Range": whole.headers["ETag"]})
    assert (part.status_code, part.getvalue()) == (206, PAGE[2:9])
    assert part.headers["Content-Range"] == f"bytes 2-8/{len(PAGE)}"
    assert part.headers["Content-Length"] == "7"
    for other in ('"other"', "W/" + whole.headers["ETag"], "Mon, 01 Jan 2001 00:00:00 GMT"):
        response = client.get("/", headers={"Range": "bytes=2-8", "If-Range": other})
        assert (response.status_code, response.getvalue()) == (200, PAGE)
    behind = client.get("/", headers={"Range": "bytes=999-"})
    assert (behind.status_code, behind.headers["Content-Range"]) == (416, f"bytes */{len(PAGE)}")


def test_replaced_file_has_another_tag(client, dist):
    old = client.get("/").headers["ETag"]
    new = PAGE.replace(b"page", b"other page")
    (dist / "next.html").write_bytes(new)
    os.replace(dist / "next.html", dist / "index.html")
    response = client.get("/", headers={"If-None-Match": old})
    assert (response.status_code, response.getvalue()) == (200, new)
    assert response.headers["Content-Length"] == str(len(new))
    assert response.headers["ETag"] != old


def test_deleted_file_is_missing_and_the_rest_stays(client, dist):
    assert client.get("/assets/app-1a2b3c4d.js").status_code == 200
    (dist / "assets/app-1a2b3c4d.js").unlink()
    assert client.get("/assets/app-1a2b3c4d.js").status_code == 404
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.filterwarnings("ignore:No directory at")
def test_no_build_no_server(tmp_path, missing):
    root = tmp_path / "none" if missing else tmp_path
    with override_settings(WHITENOISE_ROOT=str(root)), pytest.raises(FileNotFoundError, match="no index.html"):
        Browser().handler.load_middleware()


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/a%2Fb?c", "/a%2Fb"),
        ("//a/b", "//a/b"),
        ("http://app.test/a?c", "/a"),
        ("HTTP://app.test", "/"),
        ("http://app.test?c", "/"),
        ("a/b", "a/b"),
        ("*", "*"),
    ],
)
def test_raw_path(target, path):
    assert raw_path(target) == path


def test_a_target_that_is_no_path_is_refused(client):
    assert client.get("/", RAW_URI="secret.txt").status_code == 400
