"""From photo links to photo files: http(s) from public addresses only, bounded in size and time.

Links come from posts files that somebody else wrote, so a link must not make this machine ask its own
network for anything: every address that a name resolves to is checked, the connection goes to a checked
address, and each redirect is checked again.
"""

from __future__ import annotations

import hashlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from hashtagger.errors import PhotoError
from hashtagger.folders import store
from hashtagger.parallel import in_order
from hashtagger.photos import is_photo

MAX_BYTES = 20_000_000  # of one photo
STEP_SECONDS = 10.0  # to connect, or between two reads
TOTAL_SECONDS = 30.0  # for one photo, redirects included
MAX_REDIRECTS = 3
PARALLEL = 8

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_MOVED = frozenset({301, 302, 303, 307, 308})
_HEADERS = {"User-Agent": "hashtagger", "Accept": "image/*", "Accept-Encoding": "identity"}

Allowed = Callable[[str], bool]


def fetch_photos(
    urls: Iterable[str], folder: Path, progress: Callable[[int, int], None], allowed: Allowed | None = None
) -> dict[str, Path | str]:
    """Return for each link its file in `folder`, or the reason why there is none.

    Files are named by the link's hash, so what is there is not fetched again. `allowed` says which addresses
    may be asked; where it is not given, public ones. Raises PhotoError where `folder` cannot be made.
    """
    wanted = list(dict.fromkeys(urls))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PhotoError(f"{folder}: no place for downloads ({error.strerror})") from error
    stopped = threading.Event()
    fetch = partial(_fetched, folder=folder, allowed=allowed or is_public, stopped=stopped)
    results: dict[str, Path | str] = {}
    try:
        for url, result in zip(wanted, in_order(fetch, wanted, PARALLEL, 8 * PARALLEL), strict=True):
            results[url] = result
            progress(len(results), len(wanted))
    finally:
        stopped.set()
    return results


def fetched_photo(url: str, folder: Path) -> Path:
    """Return where in `folder` the photo at a link is kept once it was fetched."""
    return folder / hashlib.blake2b(url.encode(errors="surrogatepass"), digest_size=16).hexdigest()


def is_public(address: str) -> bool:
    """Return whether an IP address belongs to the internet: not private, loopback, link-local or reserved.

    Where an IPv6 address carries an IPv4 one (mapped, 6to4, NAT64), the inner one counts.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = inner or ip
    return ip.is_global and not ip.is_multicast


def _fetched(url: str, folder: Path, allowed: Allowed, stopped: threading.Event) -> Path | str:
    path = fetched_photo(url, folder)
    if path.is_file():
        return path
    deadline = time.monotonic() + TOTAL_SECONDS
    try:
        data = _download(url, deadline, allowed, stopped)
        if not is_photo(data):
            raise PhotoError("the link leads to something that is no photo")
        store(data, path)
    except PhotoError as error:
        return str(error)
    except (OSError, http.client.HTTPException, ValueError) as error:  # ValueError: a link that is none
        if isinstance(error, TimeoutError) or time.monotonic() > deadline:
            return "the server did not answer in time"
        return f"download failed ({' '.join(str(error).split()) or type(error).__name__})"
    return path


def _download(url: str, deadline: float, allowed: Allowed, stopped: threading.Event) -> bytes:
    """Return what a link leads to, over at most MAX_REDIRECTS redirects."""
    for _ in range(MAX_REDIRECTS + 1):
        connection = _connect(urlsplit(url), allowed)
        # The socket's own timeout begins anew with each byte, so a dripping server is cut off from outside.
        cut = threading.Timer(max(0.0, deadline - time.monotonic()), _cut, [connection.sock])
        cut.start()
        try:
            answer = _ask(connection, urlsplit(url))
            if answer.status not in _MOVED:
                return _body(answer, deadline, stopped)
            url = urljoin(url, answer.headers.get("Location", ""))
        finally:
            cut.cancel()
            connection.close()
    raise PhotoError(f"more than {MAX_REDIRECTS} redirects")


def _connect(url: SplitResult, allowed: Allowed) -> http.client.HTTPConnection:
    """Return a connection to the first address of the host that answers, all of them being allowed."""
    if url.scheme not in ("http", "https") or not url.hostname:
        raise PhotoError("not an http or https link")
    host = url.hostname.encode("idna").decode()
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        addresses = [info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError:
        raise PhotoError(f"no such host: {host}") from None
    if not all(allowed(str(address)) for address in addresses):
        raise PhotoError(f"{host} is not a public address")
    connection = http.client.HTTPConnection(host, port)
    connection.sock = _first_that_answers([str(a) for a in dict.fromkeys(addresses)], port)
    if url.scheme == "https":
        try:
            connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=host)
        except OSError:
            connection.close()
            raise
    return connection


def _first_that_answers(addresses: list[str], port: int) -> socket.socket:
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), STEP_SECONDS)
        except OSError:
            continue
    return socket.create_connection((addresses[-1], port), STEP_SECONDS)


def _cut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # ended by itself meanwhile


def _ask(connection: http.client.HTTPConnection, url: SplitResult) -> http.client.HTTPResponse:
    path = quote(url.path or "/", safe="/%:@!$&'()*+,;=~")
    query = "?" + quote(url.query, safe="/%:@!$&'()*+,;=~?[]") if url.query else ""
    connection.request("GET", path + query, headers=_HEADERS)
    return connection.getresponse()


def _body(answer: http.client.HTTPResponse, deadline: float, stopped: threading.Event) -> bytes:
    if answer.status != 200:
        raise PhotoError(f"the server answered {answer.status} {answer.reason}".rstrip())
    data = bytearray()
    while chunk := answer.read1(1 << 16):
        data += chunk
        if len(data) > MAX_BYTES:
            raise PhotoError(f"larger than {MAX_BYTES // 1_000_000} MB")
        if stopped.is_set() or time.monotonic() > deadline:
            raise TimeoutError
    if time.monotonic() > deadline:  # cut off by us
        raise TimeoutError
    if answer.length:  # what the server promised and did not send
        raise PhotoError("the server broke off half-way")
    return bytes(data)
