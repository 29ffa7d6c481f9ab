"""What nginx answers itself, before and without the portal (ops/proxy/nginx.conf)."""

import http.client
import shutil
import socket
import subprocess
import time

import pytest

from ops import local

CONF = local.BASE_DIR / "ops" / "proxy" / "nginx.conf"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}
TLS = {"X-Forwarded-Proto": "https"}


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """nginx with our file, before a portal that is away."""
    if NGINX is None:
        pytest.skip("nginx is not installed")
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    text = CONF.read_text().replace("server web:8000;", f"server 127.0.0.1:{free_port()};")
    text = text.replace("listen 8080;", f"listen 127.0.0.1:{port};").replace("/tmp/", f"{folder}/")
    (folder / "nginx.conf").write_text("daemon off;\n" + text)
    running = subprocess.Popen([NGINX, "-c", str(folder / "nginx.conf")], stderr=subprocess.PIPE)
    ends = time.monotonic() + 30
    while time.monotonic() < ends and running.poll() is None:
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                break
    assert running.poll() is None, running.stderr.read()
    yield port
    running.terminate()
    running.wait(20)


def ask(port: int, method: str, path: str, headers: dict) -> tuple[int, dict]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, headers=TLS | headers)
    answer = connection.getresponse()
    return answer.status, dict(answer.getheaders())


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/", {}, 502),
        ("TRACE", "/", {}, 405),
        # Said before a byte of it is sent, so that nothing lies on the disk.
        ("POST", "/say/", {"Content-Length": str(13 << 20)}, 413),
        ("POST", "/desk/imports/new/", {"Content-Length": str(521 << 20)}, 413),
    ],
)
def test_answers_of_nginx_itself_have_the_headers(port, method, path, headers, status):
    got, found = ask(port, method, path, headers)

    assert got == status
    assert {name: found.get(name) for name in HEADERS} == HEADERS


def test_request_with_two_lengths_is_refused(port):
    head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), 30) as line:
        line.sendall(head.encode() + b"0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = line.recv(65536)

    assert answer.startswith(b"HTTP/1.1 400")
    assert answer.count(b"HTTP/1.1") == 1
