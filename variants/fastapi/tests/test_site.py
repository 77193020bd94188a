import os

import pytest
from conftest import PAGE

from library.files import File
from library.main import create_app
from library.site import matches

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
        ("/missing.png", {"Sec-Fetch-Dest": "image"}, 404),
        ("/users/42", {"Upgrade": "websocket", "Connection": "Upgrade"}, 404),
        ("/assets/app-1a2b3c4d.js", NAVIGATION, b"run()"),
        ("/docs/", NAVIGATION, b"<title>docs</title>"),
        ("/with%20space.txt", {}, b"space"),
        ("/f%C3%BCnke.txt", {}, b"umlaut"),
        ("/empty.txt", {}, b""),
        ("/.well-known/security.txt", {}, b"Contact: x"),
        ("/big.bin", {}, bytes(range(256)) * 8192),
    ],
)
def test_paths(client, path, fields, status):
    response = client.get(path, headers=fields)
    assert b"canary" not in response.content
    if status == 404:
        assert response.status_code == 404
        assert PAGE not in response.content
        assert response.headers["cache-control"] == "no-store"
    else:
        assert response.status_code == 200
        assert response.content == (PAGE if status == "page" else status)
    assert response.headers["x-content-type-options"] == "nosniff"
    head = client.head(path, headers=fields)
    assert (head.status_code, dict(head.headers)) == (response.status_code, dict(response.headers))


def test_directory_redirect_is_relative_and_keeps_the_query(client):
    response = client.get("/docs?next=%2Fx", headers={"Host": "evil.test", **NAVIGATION})
    assert (response.status_code, response.headers["location"]) == (308, "/docs/?next=%2Fx")


@pytest.mark.parametrize("path", ["/", "/users/42", "/assets/app-1a2b3c4d.js", "/.env"])
@pytest.mark.parametrize("method", ["POST", "DELETE", "OPTIONS", "FROB"])
def test_other_methods(client, method, path):
    response = client.request(method, path)
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("path", "type", "policy"),
    [
        ("/", "text/html; charset=utf-8", "no-cache"),
        ("/users/42", "text/html; charset=utf-8", "no-cache"),
        ("/assets/app-1a2b3c4d.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        ("/assets/lib-5e6f7a8b.mjs", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        ("/assets/gcd-9c0d1e2f.wasm", "application/wasm", "public, max-age=31536000, immutable"),
        ("/images/icon.png", "image/png", "no-cache"),
    ],
)
def test_policy(client, path, type, policy):
    fields = client.get(path).headers
    assert fields["content-type"] == type
    assert fields["cache-control"] == policy
    assert "Accept-Encoding" in fields["vary"]
    assert "last-modified" not in fields


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
    with client.stream("GET", "/users/42", headers={"Accept-Encoding": accepted}) as response:
        assert response.headers.get("content-encoding") == coding
        body = b"".join(response.iter_raw())
    assert body == {None: PAGE, "br": b"page in br", "gzip": b"page in gzip"}[coding]


def test_each_coding_has_its_own_tag_that_revalidates(client):
    tags = set()
    for coding in ("", "gzip", "br"):
        with client.stream("GET", "/", headers={"Accept-Encoding": coding}) as response:
            fields = response.headers
        again = client.get("/", headers={"Accept-Encoding": coding, "If-None-Match": fields["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        for name in ("etag", "cache-control", "vary", "x-frame-options"):
            assert again.headers[name] == fields[name]
        tags.add(fields["etag"])
    assert len(tags) == 3


@pytest.mark.parametrize(
    ("condition", "expected"),
    [("", False), ('"a"', True), ('"zzz", W/"a"', True), ("*", True), ('"b"', False), ("a", False), ('"a', False)],
)
def test_if_none_match(condition, expected):
    assert matches(condition, '"a"') is expected


def test_replaced_file_has_another_tag(client, dist):
    old = client.get("/").headers["etag"]
    (dist / "next.html").write_bytes(PAGE.replace(b"page", b"news"))
    os.replace(dist / "next.html", dist / "index.html")
    response = client.get("/", headers={"If-None-Match": old})
    assert (response.status_code, response.content) == (200, PAGE.replace(b"page", b"news"))
    assert response.headers["etag"] != old


def test_deleted_file_is_missing_and_the_rest_stays(client, dist):
    (dist / "assets/app-1a2b3c4d.js").unlink()
    assert client.get("/assets/app-1a2b3c4d.js").status_code == 404
    assert client.get("/").status_code == 200


def test_no_build_no_server(database, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE", str(database))
    monkeypatch.setenv("DIST", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="no index.html"):
        create_app()


def test_identity_is_the_last_resort():
    file = File("text/plain", {"gzip": None, "identity": None})
    assert file.negotiate("identity;q=0") == "identity"
