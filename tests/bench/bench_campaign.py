"""A campaign of 20,000 mails with 20 tracked links and a delivery row each, against a loop of
EmailMessages.
"""

import json
import os
import smtplib
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

import pgtrigger
from django.conf import settings
from django.utils import timezone

from campaigns.contents.models import Content
from campaigns.plan.models import Campaign, Channel
from campaigns.sending import audience
from core.owner import as_owner
from crm.readers.models import Reader
from crm.segments.models import Segment, SegmentMember
from crm.staff.models import User

MAILS, PLAIN_MAILS, LINKS, ROUNDS, WORKERS = 20_000, 4_000, 20, 5, 2
SOURCE = "bench-mail"
BODY = "<p>{name}</p>" + "".join(
    f'<p>图书馆的秋天 <a href="https://example.org/place/{n}">第 {n} 处</a></p>'
    for n in range(LINKS)
)


@contextmanager
def sink():
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.mail_sink"], stdout=subprocess.PIPE, text=True
    )
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


def told(port: int) -> dict:
    """What the sink counted since it was last asked."""
    with smtplib.SMTP("127.0.0.1", port, local_hostname="bench") as client:
        return json.loads(client.docmd("XSTAT")[1])


def audience_of_20_000() -> tuple[Campaign, list[int]]:
    user, _made = User.objects.get_or_create(username="bench", defaults={"role": "librarian"})
    if Reader.objects.filter(source=SOURCE).count() != MAILS:
        with as_owner():
            Reader.objects.filter(source=SOURCE).delete()
        readers = [
            Reader(
                source=SOURCE,
                number=f"{n}",
                kind="teacher",
                name=f"读者{n}",
                email=f"r{n}@example.org",
                consents=["email:notices"],
            )
            for n in range(MAILS)
        ]
        Reader.objects.bulk_create(readers, batch_size=5000)
    pks = sorted(Reader.objects.filter(source=SOURCE).values_list("pk", flat=True))
    with as_owner(), pgtrigger.ignore("campaigns.Campaign:lock_stays"):
        Campaign.objects.filter(title=SOURCE).delete()
    Segment.objects.filter(name=SOURCE).delete()
    now = timezone.now()
    campaign = Campaign.objects.create(
        title=SOURCE,
        owner=user,
        phase="performance",
        locked_at=now,
        locked_by=user,
        holdout_percent=0,
    )
    segment = Segment.objects.create(name=SOURCE)
    campaign.segments.add(segment)
    members = [SegmentMember(segment=segment, reader_id=pk, since=now) for pk in pks]
    SegmentMember.objects.bulk_create(members, batch_size=5000)
    return campaign, pks


def new_content(campaign: Campaign) -> Content:
    now = timezone.now()
    content = Content.objects.create(
        campaign=campaign, channel=Channel.objects.get(code="email"), title="bench", state="sending", launched_at=now,
        launched_by=campaign.owner, subject="秋天的信 {name}", body=BODY,
    )  # fmt: skip
    content.links.place(content)
    return content


def both(command: list[list[str]], port: int, folder: str, before=lambda: None) -> float:
    """Seconds from the starting signal until both processes are done.

    Their start-up is not counted.
    """
    environment = os.environ | {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "JOURNAL_DIR": folder}
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.mail_sender", *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )
        for arguments in command
    ]  # fmt: skip
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    started = perf_counter()
    before()
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        assert process.stdout.readline() == "done\n"
    took = perf_counter() - started
    for process in processes:
        process.wait()
    return took


def ours(campaign: Campaign, port: int, folder: str) -> float:
    """Mails per second of one campaign, its fan-out into delivery rows included."""
    content = new_content(campaign)
    took = both(
        [["ours", str(content.pk)]] * WORKERS,
        port,
        folder,
        lambda: audience.freeze(content, timezone.now()),
    )
    counted = told(port)
    assert (counted["messages"], counted["receivers"], counted["links"]) == (MAILS, MAILS, LINKS), (
        counted
    )
    assert content.deliveries.filter(state="sent").count() == MAILS
    return MAILS / took


def reference(pks: list[int], port: int, folder: str) -> float:
    """Mails per second of the ordinary way.

    No rows, no consent check, no record of what was sent.
    """
    half = PLAIN_MAILS // WORKERS
    spans = [(pks[worker * half], pks[(worker + 1) * half - 1]) for worker in range(WORKERS)]
    took = both(
        [["plain", str(first), str(last), str(port)] for first, last in spans], port, folder
    )
    counted = told(port)
    assert (counted["messages"], counted["links"]) == (PLAIN_MAILS, LINKS), counted
    return PLAIN_MAILS / took


def run_campaign() -> dict:
    campaign, pks = audience_of_20_000()
    rates: tuple[list[float], list[float]] = ([], [])
    with sink() as port, tempfile.TemporaryDirectory(dir=parent()) as folder:
        for _round in range(ROUNDS):
            rates[0].append(ours(campaign, port, folder))
            rates[1].append(reference(pks, port, folder))
            with as_owner():
                campaign.contents.all().delete()
    # A campaign that was launched stays on record, but here.
    with as_owner(), pgtrigger.ignore("campaigns.Campaign:lock_stays"):
        campaign.delete()
    mine, theirs = median(rates[0]), median(rates[1])
    return {
        "name": "campaign",
        "ratio": mine / theirs,
        "limit": 2,
        "at_least": True,
        "ours": mine,
        "reference": theirs,
        "unit": "mails/s",
        "note": f"{MAILS:,} mails, {LINKS} links, a row each, {WORKERS} workers, fan-out included; "
        f"reference {WORKERS} loops of EmailMessage over {PLAIN_MAILS:,} mails, no rows",
    }


def parent() -> Path:
    settings.JOURNAL_DIR.mkdir(parents=True, exist_ok=True)
    return settings.JOURNAL_DIR


RUNS = {"campaign": run_campaign}
