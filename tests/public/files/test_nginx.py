"""nginx alone, with nothing else running, gives the same answers as the layer in front of Django."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from incidents.public.files import build, layout
from incidents.public.files.tree import Tree
from tests.config.processes import BASE_DIR
from tests.public.files import nginx
from tests.public.files.asking import addresses, ask, layer
from tests.public.files.nginx import fetch
from tests.public.files.test_serving import NOW, PAGE
from tests.public.samples import PUBLIC_ID

UNKNOWN = [
    "/nothing-here",
    "/nothing-here/",
    "/index.html",
    "/404.html",
    "/.seq",
    f"{PAGE}.lists",
    f"{PAGE}report.gz.json",
    f"{PAGE}nothing.png",
    f"/incidents/a/b/{PUBLIC_ID}/",
    "/incidents/nothinghere2/",
    "/incidents/a/",
    "/incidents/",
    "/incidents",
    "/gone/incidents/g/o/goneforgood2/index.html",
    "/" + "x" * 300,
    "//robots.txt",
]


@pytest.fixture
def front(site: Path, tmp_path: Path) -> Iterator[int]:
    build(NOW)
    with nginx.running(site, tmp_path / "nginx") as port:
        yield port


def test_the_same_bytes_and_headers_everywhere(site: Path, front: int) -> None:
    files = layer(site)
    asked = 0
    for path in [*addresses(), *UNKNOWN]:
        for accepted in ("identity", "gzip", "gzip, deflate, br", "br;q=0, gzip;q=0.3"):
            full = ask(files, path, ACCEPT_ENCODING=accepted)
            conditions: list[dict[str, str]] = [
                {},
                {"If_None_Match": full.headers["etag"]},
                {"If_None_Match": '"other"'},
                {"If_Modified_Since": full.headers.get("last-modified", "x")},
                {"If_None_Match": full.headers["etag"], "If_Modified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
            ]
            for method in ("GET", "HEAD"):
                for condition in conditions:
                    cgi = {name.upper(): value for name, value in condition.items()}
                    expected = ask(files, path, method, ACCEPT_ENCODING=accepted, **cgi)
                    assert fetch(front, path, method, Accept_Encoding=accepted, **condition) == expected, (
                        path,
                        accepted,
                    )
                    asked += 1
    assert asked > 1_000


def test_other_methods_and_a_forgotten_slash(site: Path, front: int) -> None:
    for path in ("/", PAGE, "/nothing-here", "/incidents/nothinghere2/", f"{PAGE}report.json"):
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            assert fetch(front, path, method) == ask(layer(site), path, method), (path, method)
    theirs, ours = fetch(front, PAGE.rstrip("/")), ask(layer(site), PAGE.rstrip("/"))
    assert (theirs.status, theirs.headers["location"]) == (ours.status, ours.headers["location"]) == (301, PAGE)


def test_a_query_string_changes_nothing(front: int) -> None:
    assert fetch(front, f"{PAGE}?x=1") == fetch(front, PAGE)


def test_over_tls_it_insists_as_django_does(front: int) -> None:
    plain, secure = fetch(front, PAGE), fetch(front, PAGE, X_Forwarded_Proto="https")
    assert secure.headers.pop("strict-transport-security") == "max-age=31536000; includeSubDomains"
    assert secure == plain
    assert fetch(front, PAGE, X_Forwarded_Proto="http") == plain, "without the web server nobody redirects"


def test_what_came_over_http_is_brought_to_the_web_server_as_it_was_asked_for(
    site: Path, front: int, tmp_path: Path
) -> None:
    with echo() as web_port, nginx.running(site, tmp_path / "other", web_port=web_port) as port:
        for path in ("/", "/?x=1", PAGE, f"{PAGE}?x=%2F", "/history/", "/incidents/nothinghere2/", "/nothing%20here"):
            assert fetch(port, path, X_Forwarded_Proto="http").body.decode() == path


@contextlib.contextmanager
def echo() -> Iterator[int]:
    """The port of a web server that answers with the address that it was asked for."""

    class Echo(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(self.path)))
            self.end_headers()
            self.wfile.write(self.path.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:  # a test that fails must end, too
            server.shutdown()
            thread.join()


def test_all_else_needs_the_web_server(front: int) -> None:
    for path in ("/workspace/", "/accounts/login/", "/healthz/live", "/search?q=x", "/static/none.css"):
        assert fetch(front, path).status == 502, path


def test_the_styles_of_the_pages_lie_beside_them(site: Path, front: int) -> None:
    (site / "static" / "css").mkdir(parents=True)
    (site / "static" / "css" / "public.0123456789ab.css").write_text("body {}")
    got = fetch(front, "/static/css/public.0123456789ab.css")
    assert (got.status, got.body, got.headers["content-type"]) == (200, b"body {}", "text/css; charset=utf-8")
    assert "immutable" in got.headers["cache-control"]


def test_the_table_of_types_and_of_djangos_addresses_is_the_same() -> None:
    text = (BASE_DIR / "docker" / "nginx.conf").read_text()
    for extension, kind in layout.TYPES.items():
        assert f'"{kind}" {extension};' in text
    assert f"^/({'|'.join(layout.DYNAMIC)})(/|$)" in text


def test_readers_during_many_flips_get_whole_answers(site: Path, front: int) -> None:
    """Long and short turns of two pages, and of which of them there are, while somebody asks without a pause."""
    tree, stopped = Tree(site), threading.Event()
    turns = [b"short", b"long" * 5_000]
    got: list[tuple[int, bytes]] = []

    def read() -> None:
        while not stopped.is_set():
            got.extend(fetch(front, "/turn.txt")[::2] for _ in range(20))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(60):
        with tree.locked(patience=10), tree.session() as session:
            for name in layout.names("turn.txt"):
                session.put(name, turns[number % 2], mtime=number)
            session.commit()
    stopped.set()
    reader.join()
    answers = {answer for answer in got if answer[0] == 200}
    assert answers == {(200, turn) for turn in turns}
    assert {status for status, _ in got} <= {200, 404}, "before the first turn there was none"
    assert got[-1][0] == 200


def test_before_the_first_build_the_web_server_is_asked(folder: Path, tmp_path: Path) -> None:
    with nginx.running(folder, tmp_path / "nginx") as port:
        assert fetch(port, PAGE).status == 502
