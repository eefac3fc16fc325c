"""Downloads from a real server on this machine; `allowed` lets its address through where a test needs it."""

import io
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image

from hashtagger import downloads
from hashtagger.downloads import fetch_photos, is_public
from hashtagger.errors import PhotoError


def picture():
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, "JPEG")
    return file.getvalue()


PHOTO = picture()


class Handler(BaseHTTPRequestHandler):
    """Answers by path: /photo..., /page, /gone, /large, /drip, /cut, /moved/N, /to?URL."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append(self.path)
        name, _, rest = self.path.strip("/").partition("/")
        if name.startswith("photo"):
            self.answer(PHOTO)
        elif name == "page":
            self.answer(b"<html>log in</html>")
        elif name == "gone":
            self.answer(b"", 404)
        elif name == "large":
            self.chunked(b"\xff\xd8\xff" + bytes(1 << 20) for _ in range(64))
        elif name == "drip":
            self.chunked(time.sleep(0.05) or bytes([byte]) for byte in PHOTO)
        elif name == "cut":
            self.answer(PHOTO[:100], length=len(PHOTO))
        elif name == "moved":
            self.move(f"/moved/{int(rest) - 1}" if int(rest) > 1 else "/photo")
        elif name.startswith("to?"):
            self.move(self.path.partition("?")[2])

    def answer(self, body, status=200, length=None):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def move(self, to):
        self.send_response(302)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def chunked(self, parts):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for part in parts:
                self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.close_connection = True  # the reader had enough

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked = []
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def fetch(url, folder, allowed=lambda address: address == "127.0.0.1"):
    return fetch_photos([url], folder, lambda done, total: None, allowed)[url]


def test_photos_arrive_and_are_not_fetched_twice(server, tmp_path):
    urls = [f"{server.url}/photo/{i}?size=large&n=ü {i}" for i in range(40)]
    seen = []
    files = fetch_photos([*urls, urls[0]], tmp_path, lambda *step: seen.append(step), lambda address: True)
    assert list(files) == urls
    assert all(file.read_bytes() == PHOTO for file in files.values())
    assert len({file.name for file in files.values()}) == len(list(tmp_path.iterdir())) == 40
    assert seen == [(done, 40) for done in range(1, 41)]
    assert fetch_photos(urls, tmp_path, lambda *step: None, lambda address: True) == files
    assert len(server.asked) == 40


def test_one_bad_link_stops_nothing(server, tmp_path):
    urls = [f"{server.url}/{name}" for name in ("gone", "photo", "page", "moved/1")]
    files = fetch_photos(urls, tmp_path, lambda *step: None, lambda address: True)
    assert list(files.values())[::2] == [
        "the server answered 404 Not Found",
        "the link leads to something that is no photo",
    ]
    assert all(files[url].read_bytes() == PHOTO for url in urls[1::2])


OURS = """
    0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.1.2.3 169.254.169.254 172.16.0.1 192.0.2.1 192.168.1.1
    198.18.0.1 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 :: ::1 fe80::1 fe80::1%eth0 fc00::1 ff02::1
    ff0e::1 2001:db8::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 2002:7f00:1::
"""
PUBLIC = "8.8.8.8 151.101.1.69 2606:4700::1111 ::ffff:8.8.8.8 64:ff9b::808:808"


def test_which_addresses_are_public():
    assert [address for address in OURS.split() if is_public(address)] == []
    assert [address for address in PUBLIC.split() if not is_public(address)] == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"]
)
def test_this_machine_is_not_asked(server, tmp_path, host):
    reason = fetch(f"http://{host}:{server.server_port}/photo", tmp_path, allowed=is_public)
    assert "is not a public address" in reason or "no such host" in reason
    assert server.asked == []


def test_a_redirect_to_a_private_address_is_refused(server, tmp_path):
    assert fetch(f"{server.url}/to?http://127.0.0.2:9/photo", tmp_path) == "127.0.0.2 is not a public address"
    assert fetch(f"{server.url}/to?file:///etc/passwd", tmp_path) == "not an http or https link"
    assert len(server.asked) == 2


def test_a_name_with_one_private_address_among_its_own_is_refused(server, tmp_path, monkeypatch):
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("127.0.0.1", "192.168.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    assert fetch(f"http://two-faced.example:{server.server_port}/photo", tmp_path) == (
        "two-faced.example is not a public address"
    )


def test_the_connection_goes_to_the_address_that_was_checked(server, tmp_path, monkeypatch):
    ask, names = socket.getaddrinfo, []

    def rebinding(host, *rest, **options):
        if not host.endswith(".example"):
            return ask(host, *rest, **options)
        names.append(host)
        return ask("127.0.0.1" if len(names) == 1 else "127.0.0.2", *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    file = fetch(f"http://rebinding.example:{server.server_port}/photo", tmp_path)
    assert file.read_bytes() == PHOTO
    assert names == ["rebinding.example"]


def test_redirects_are_followed_three_times(server, tmp_path):
    assert fetch(f"{server.url}/moved/3", tmp_path).read_bytes() == PHOTO
    assert fetch(f"{server.url}/moved/4", tmp_path) == "more than 3 redirects"


def test_a_large_answer_is_cut_short(server, tmp_path):
    assert fetch(f"{server.url}/large", tmp_path) == "larger than 20 MB"
    assert list(tmp_path.iterdir()) == []


def test_a_dripping_server_is_given_up(server, tmp_path, monkeypatch):
    monkeypatch.setattr(downloads, "TOTAL_SECONDS", 0.5)
    assert fetch(f"{server.url}/drip", tmp_path) == "the server did not answer in time"


def test_a_silent_server_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(downloads, "STEP_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/photo"
        assert fetch(url, tmp_path) == "the server did not answer in time"


def test_a_headers_drip_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(downloads, "TOTAL_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=drip_headers, args=[listening], daemon=True).start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/photo"
        assert fetch(url, tmp_path) == "the server did not answer in time"


def drip_headers(listening):
    connection, _ = listening.accept()
    with connection:
        try:
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while True:
                connection.sendall(b"X: y\r\n")
                time.sleep(1)
        except OSError:
            return


def test_half_an_answer_is_not_kept(server, tmp_path):
    assert fetch(f"{server.url}/cut", tmp_path) == "the server broke off half-way"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["ftp://example.com/a", "http://", "file:///etc/passwd", "/etc/passwd", ""])
def test_what_is_no_web_link(tmp_path, url):
    assert fetch(url, tmp_path) == "not an http or https link"


@pytest.mark.parametrize(
    "url", ["http://[half/", "http://a:99999/", "http://a..b/", "http://x\n.example/", "http://\ud800/"]
)
def test_malformed_links(tmp_path, url):
    reason = fetch(url, tmp_path)
    assert isinstance(reason, str)
    assert "\n" not in reason


def test_a_port_where_nobody_listens(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert fetch(f"http://127.0.0.1:{port}/photo", tmp_path).startswith("download failed (")


def test_no_place_for_downloads(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(PhotoError, match="no place for downloads"):
        fetch("http://example.com/", tmp_path / "file" / "below")
