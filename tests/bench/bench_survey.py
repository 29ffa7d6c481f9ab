"""Reading and answering a survey of ten questions, against a view of one query under the same
gunicorn.
"""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

from crm.staff.models import Campus, User
from feedback.surveys import actions as verbs
from feedback.surveys.models import Response, Survey
from tests import servers

ROUNDS, SECONDS, CLIENTS, WORKERS = 5, 4, 60, 2
LIMIT, P99_LIMIT = 0.25, 0.5
HIDDEN = re.compile(rb'type="hidden"\s+name="(\w+)"\s+value="([^"]*)"')
COOKIE = re.compile(rb"csrftoken=(\w+)")
CHOICES = [{"zh-hans": text} for text in ("每天", "每周", "每月", "更少", "从不")]
KINDS = ["scale"] * 5 + ["single"] * 2 + ["multiple", "nps", "text"]
ANSWERS = {f"i{n}": "3" for n in range(1, 10)} | {"i10": "周末希望晚一点关门。"}


def ten_questions() -> Survey:
    """An open survey of ten questions, made anew."""
    by, _new = User.objects.get_or_create(username="bench", defaults={"role": "librarian"})
    Campus.objects.get_or_create(code="bench", defaults={"name_zh": "台", "name_en": "Bench"})
    survey = verbs.create_survey(
        slug=f"bench-{time.time_ns()}", title={"zh-hans": "十个问题"}, by=by
    )
    for number, kind in enumerate(KINDS, start=1):
        options = CHOICES if kind in ("single", "multiple") else ()
        text = {"zh-hans": f"第{number}题，关于图书馆的一件小事，你怎么看？"}
        verbs.add_item(survey=survey, by=by, kind=kind, text=text, options=options)
    verbs.publish(survey=survey, by=by)
    return survey


class Visitor:
    """One keep-alive connection.

    ``ask`` sends a request and gives (status, head, body). ``took``: seconds of each.
    """

    def __init__(self, port: int, took: list[float]):
        self.port, self.took = port, took
        self.reader = self.writer = None

    async def ask(
        self, method: str, path: str, body: bytes = b"", cookie: bytes = b""
    ) -> tuple[int, bytes, bytes]:
        if self.writer is None or self.writer.is_closing():
            self.reader, self.writer = await asyncio.open_connection(
                "127.0.0.1", self.port, limit=1 << 20
            )
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: zh-hans\r\n"
        if body:
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        started = time.perf_counter()
        self.writer.write(
            head.encode()
            + (b"Cookie: csrftoken=" + cookie + b"\r\n" if cookie else b"")
            + b"\r\n"
            + body
        )
        answer = await self.reader.readuntil(b"\r\n\r\n")
        length = int(re.search(rb"(?i)content-length: (\d+)", answer)[1])
        page = await self.reader.readexactly(length)
        self.took.append(time.perf_counter() - started)
        if re.search(rb"(?i)connection: close", answer):
            self.writer.close()
        return int(answer[9:12]), answer, page

    async def answer(self, path: str) -> None:
        """Read the survey and send it filled in; anything but two times 200 ends the benchmark."""
        status, head, page = await self.ask("GET", path)
        assert status == 200, status
        form = {name.decode(): value.decode() for name, value in HIDDEN.findall(page)} | ANSWERS
        status, _head, page = await self.ask(
            "POST", path, urlencode(form).encode(), COOKIE.search(head)[1]
        )
        assert status == 200, page[-2000:]

    async def look(self, path: str) -> None:
        status, _head, page = await self.ask("GET", path)
        assert (status, page) == (200, b"Bench"), page[:500]


async def load(port: int, verb: str, path: str, seconds: float) -> tuple[int, list[float]]:
    """How often CLIENTS visitors did ``verb`` in ``seconds``, and how long each request took."""
    took: list[float] = []
    times = 0
    end = time.perf_counter() + seconds

    async def visit():
        nonlocal times
        visitor = Visitor(port, took)
        while time.perf_counter() < end:
            await getattr(visitor, verb)(path)
            times += 1

    await asyncio.gather(*(visit() for _ in range(CLIENTS)))
    return times, took


def rate(port: int, verb: str, path: str, seconds: float = SECONDS) -> tuple[float, list[float]]:
    started = time.perf_counter()
    times, took = asyncio.run(load(port, verb, path, seconds))
    return times / (time.perf_counter() - started), took


def run() -> dict:
    """Answers per second ÷ one-query views per second, in turns.

    Also p99 of a request with 60 clients.
    """
    survey = ten_questions()
    port = servers.free_port()
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "-b", f"127.0.0.1:{port}"]
    command += [
        "--workers",
        str(WORKERS),
        "--threads",
        "4",
        "--no-control-socket",
        "--log-level",
        "error",
    ]
    log = Path(tempfile.gettempdir()) / f"bench-survey-{os.getpid()}.log"
    with log.open("ab") as out:
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.bench.survey_settings"}
        web = subprocess.Popen(command, stdout=out, stderr=out, env=environment)
    try:
        servers.wait_for(lambda: servers.responds(f"http://127.0.0.1:{port}/bench/one/"), 60)
        rate(port, "answer", survey.public_url, 1)
        rate(port, "look", "/bench/one/", 1)
        rounds = [
            (rate(port, "answer", survey.public_url), rate(port, "look", "/bench/one/"))
            for _ in range(ROUNDS)
        ]
    finally:
        web.terminate()
        web.wait(20)
        log.unlink()
    return figure(survey, rounds)


def figure(survey: Survey, rounds: list) -> dict:
    ours = median(answer[0] for answer, _look in rounds)
    reference = median(look[0] for _answer, look in rounds)
    p99 = median(quantiles(answer[1], n=100)[98] for answer, _look in rounds)
    stored = Response.objects.filter(survey=survey).count()
    return {
        "name": "survey",
        "ratio": ours / reference,
        "limit": LIMIT,
        "at_least": True,
        "ok": p99 < P99_LIMIT,
        "ours": ours,
        "reference": reference,
        "unit": "per s",
        "note": f"GET + POST of 10 questions, {CLIENTS} clients, {WORKERS} workers, p99 {p99 * 1000:.0f} ms a "
        f"request (limit {P99_LIMIT * 1000:.0f}); {stored} answers stored",
    }


RUNS = {"survey": run}
