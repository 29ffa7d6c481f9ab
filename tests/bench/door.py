"""The portal as a library runs it: gunicorn as the image starts it, behind Debian's nginx with the
configuration of the compose file, both on free ports of this machine.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ops import local
from tests import servers

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/sbin")
CONFIGURATION = local.BASE_DIR / "ops" / "proxy" / "nginx.conf"
STARTED = re.compile(r"^CMD (\[.*\])$", re.M)


@dataclass(frozen=True)
class Door:
    """Where visitors knock (``port``) and what stands there, in words."""

    port: int
    what: str


def image_command(port: int) -> list[str]:
    """gunicorn with the arguments of the image, on a port of this machine."""
    said = STARTED.search((local.BASE_DIR / "Dockerfile").read_text())[1]
    words = shlex.split(said.strip("[]").replace(",", " "))
    words[words.index("--bind") + 1] = f"127.0.0.1:{port}"
    return [sys.executable, "-m", *words, "--log-level", "error"]


def nginx_configuration(folder: Path, port: int, web: int) -> Path:
    """The compose file's, with the addresses and folders of this run."""
    text = CONFIGURATION.read_text()
    changes = {
        "server web:8000;": f"server 127.0.0.1:{web};",
        "listen 8080": f"listen 127.0.0.1:{port}",
        "/tmp/": f"{folder}/",
        "/dev/stderr": f"{folder}/nginx.log",
    }
    for ours, here in changes.items():
        assert ours in text, f"{CONFIGURATION.name} has no {ours}"
        text = text.replace(ours, here)
    path = folder / "nginx.conf"
    path.write_text(text)
    return path


@contextmanager
def process(command: list[str], log: Path, **changes: str) -> Iterator[None]:
    with log.open("ab") as out:
        running = subprocess.Popen(
            command, stdout=out, stderr=out, env=os.environ | changes, cwd=local.BASE_DIR
        )
    try:
        yield
    finally:
        running.terminate()
        running.wait(30)


@contextmanager
def gunicorn(**changes: str) -> Iterator[Door]:
    """gunicorn alone; ``changes`` are variables of its environment."""
    port = servers.free_port()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "gunicorn.log"
        with process(image_command(port), log, **changes):
            servers.wait_for(lambda: servers.responds(f"http://127.0.0.1:{port}/"), 60)
            yield Door(port, "gunicorn as the image starts it")


@contextmanager
def portal(**changes: str) -> Iterator[Door]:
    """gunicorn behind nginx; alone where this machine has no nginx."""
    with gunicorn(**changes) as behind:
        if NGINX is None:
            yield Door(behind.port, f"{behind.what}, no nginx here")
            return
        port = servers.free_port()
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            # nginx serves as another user where root starts it.
            folder.chmod(0o755)
            configuration = nginx_configuration(folder, port, behind.port)
            command = [NGINX, "-c", str(configuration), "-g", "daemon off;"]
            with process(command, folder / "out.log"):
                servers.wait_for(lambda: servers.listens(port), 30)
                yield Door(port, f"{behind.what}, behind nginx as the compose file has it")
