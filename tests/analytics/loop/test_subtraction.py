"""Everything that is published of a campaign, solved together.

An evaluation (page, file, charts, API) beside the sizes of its segments, the campaign's room, the
links, the survey's results and the month.
"""

import csv
import io
import json
import re
from itertools import combinations

import numpy as np
import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from campaigns.plan.models import Channel
from tests.analytics.loop.campaign_world import (
    APART,
    CHANNELS,
    DID,
    HOURS,
    INSIDE,
    OVERLAPPING,
    STRANGER,
    Told,
    World,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
#: A hidden number of persons must be able to differ so far.
WIDE = 5
ROW = re.compile(r"<tr[^>]*>\s*<t[hd][^>]*>(.*?)</t[hd]>(.*?)</tr>", re.S)
CELL = re.compile(r"<td[^>]*>\s*(.*?)\s*</td>", re.S)
FOLLOWED = re.compile(r'data-measure="sending.followed"[^>]*>\s*(.*?)\s*<', re.S)
TILE = re.compile(
    r'<div class="card kpi"[^>]*>\s*<span class="label">(.*?)</span>\s*<b>\s*(.*?)\s*</b>', re.S
)


# --- reading --------------------------------------------------------------------------------------
def read_all(world: World) -> Told:
    found = Told(world)
    figures = world.api("campaign-results", world.campaign.pk)["figures"]
    read_evaluation(found, figures)
    read_lift(found, figures["lift"], figures.get("rounded_to", 0))
    read_segments(found)
    read_room(found)
    read_survey(found)
    read_month(found)
    return found


def read_share(found: Told, share: dict, among: np.ndarray) -> None:
    """How many were sent to and how many of them responded; in tens where the report says so."""
    width = share.get("rounded_to", 0)
    found.told(found.sent * among, share["n"], width)
    found.told(found.responded * among, share["k"], width)


def read_evaluation(found: Told, told: dict) -> None:
    everybody = found.sent * 0 + 1
    width = told.get("rounded_to", 0)
    found.told(found.sent, told["reach"], width)
    for state, n in told["deliveries"].items():
        of_state = found.those(lambda how, *_rest, s=state: how[0] == s)
        found.told(of_state, n, width)
    mailed = found.those(lambda how, *_rest: how[0] in ("sent", "failed", "holdout"))
    found.told(mailed, told["addressed"], width)
    read_share(found, told["response"], everybody)
    for row in told["channels"]:
        among = found.by_channel(row["channel"])
        found.told(found.sent * among, row["sent"], width)
        found.told(found.responded * among, row["responses"], width)
        read_share(found, row["response"], among)
    names = {part.pk: name for name, part in found.world.parts.items()}
    for row in [*told["segments"], *told["other_segments"]]:
        inside = found.members_of(names[row["segment"]])
        read_share(found, row["response"], inside)
        read_share(found, row["others"], everybody - inside)
        found.told(found.sent * inside, row["sent"], row["response"].get("rounded_to", 0))
        if "size" in row:
            found.exactly(inside, row["size"])
    for row in told["grid"]:
        inside = found.members_of(names[row["segment"]])
        read_share(found, row, inside * found.by_channel(row["channel"]))
    for row in told["hours"]:
        read_share(found, row["response"], found.at_hour(row["hour"]))


def read_lift(found: Told, told: dict, width: int) -> None:
    moved = found.those(lambda *cell: cell[3] == "in time")
    drawn = found.those(lambda how, *_rest: how[0] in ("sent", "failed"))
    held = found.those(lambda how, *_rest: how[0] == "holdout")
    if told["value"] is None:
        return
    step = 0 if told["treated_active"] is not None else max(width, 10) // 2
    for those, n in ((drawn, told["treated"]), (held, told["holdout"])):
        if n is not None:
            found.say(those, n - step, n + step)
    found.exactly(drawn * moved, told["treated_active"])
    found.exactly(held * moved, told["holdout_active"])


def read_segments(found: Told) -> None:
    """Sizes by the API; the list, the page and a preview of the same rule say the same number."""
    for name, part in found.world.parts.items():
        found.exactly(found.members_of(name), found.world.api("segment-detail", part.pk)["size"])


def read_room(found: Told) -> None:
    """The channels of the campaign's room, the letters' own pages, and the list of links."""
    page = found.world.page("campaigns:campaign-detail", found.world.campaign.pk)
    names = {str(Channel.objects.get(code=code)): code for code in CHANNELS}
    for label, cells in ROW.findall(page):
        if label in names:
            *_rest, sent, responses = CELL.findall(cells)
            among = found.by_channel(names[label])
            found.printed(found.sent * among, sent)
            found.printed(found.clicked * among, responses)
    for code, letter in found.world.letters.items():
        page = found.world.page("campaigns:content-detail", letter.pk)
        followers = FOLLOWED.search(page)
        found.printed(found.clicked * found.by_channel(code), followers.group(1))
    page = found.world.page("campaigns:link-list")
    for code, link in found.world.links.items():
        (row,) = [row for row in re.findall(r"<tr.*?</tr>", page, re.S) if link.code in row]
        *_rest, readers, _visits = CELL.findall(row)
        found.printed(found.clicked * found.by_channel(code), readers)


def read_survey(found: Told) -> None:
    """How many answered in all, by channel, and how many of whom it was sent to."""
    page = found.world.page("feedback:survey-results", found.world.survey.pk)
    stranger = found.those(lambda *cell: cell == STRANGER)
    told = {strip_tags(label).strip(): value for label, value in TILE.findall(page)}
    found.printed(found.answered + stranger, told["Answers so far"])
    names = {str(Channel.objects.get(code=code)): code for code in (*CHANNELS, "poster")}
    for label, cells in ROW.findall(page):
        if label not in names or len(CELL.findall(cells)) != 3:
            continue
        n, reached, _rate = CELL.findall(cells)
        among = found.by_channel(names[label])
        if names[label] == "poster":
            found.printed(stranger, n)
        else:
            found.printed(found.answered * among, n)
            found.printed(found.sent * among, reached)
    names = {name: name for name in found.world.parts}
    for label, cells in ROW.findall(page):
        if label in names and len(CELL.findall(cells)) == 1:
            found.printed(found.answered * found.members_of(label), CELL.findall(cells)[0])


def read_month(found: Told) -> None:
    page = found.world.page("analytics:month-detail", "2026-03")
    moved = found.those(lambda *cell: cell[3] != "no")
    told = {strip_tags(label).strip(): value for label, value in TILE.findall(page)}
    found.printed(moved, told["Active readers"])


def read_file(found: Told) -> None:
    """The report as a file and as a page tell no number that the API does not tell."""
    answered = found.world.api("campaign-results", found.world.campaign.pk)
    told = set(re.findall(r"(?<=[: \[])\d+(?=[,}\]])", json.dumps(answered)))
    address = reverse("analytics:evaluation-export", args=[found.world.evaluation.pk])
    rows = csv.reader(io.StringIO(found.world.client.get(address).content.decode()))
    in_the_file = {row[5] for row in rows if len(row) > 5 and row[5].isdigit()}
    page = found.world.page("analytics:evaluation-detail", found.world.evaluation.pk)
    on_the_page = set(re.findall(r'class="small muted">n=([\d,]+)', page))
    on_the_page |= set(re.findall(r"([\d,]+) readers (?:were reached|drawn)", page))
    assert in_the_file | {n.replace(",", "") for n in on_the_page} <= told


# --- what must stay unknown -----------------------------------------------------------------------
def traits(found: Told) -> dict[str, tuple[str, np.ndarray]]:
    """By name: what it is about, and who has the trait."""
    named = {}
    for state in ("sent", "failed", "holdout", "left out", "outside", "stranger"):
        named[state] = "state", found.those(lambda how, *_rest, s=state: how[0] == s)
    for code in CHANNELS:
        named[code] = "state", found.by_channel(code) * found.sent
    for hour in HOURS:
        named[f"at {hour}"] = "hour", found.at_hour(hour)
    for name in found.world.parts:
        inside = found.members_of(name)
        named[f"in {name}"] = name, inside
        named[f"mailed outside {name}"] = name, found.sent - found.sent * inside
    of_both = found.members_of("A") * found.members_of("B")
    for name in ("A", "B"):
        named[f"in {name} alone"] = "both", found.members_of(name) - of_both
    named["responded"] = "did", found.responded
    named["silent"] = "did", found.sent - found.responded
    for did in DID[1:]:
        named[did] = "did", found.sent * found.those(lambda how, *_rest, d=did: how[3] == d)
    named["came"] = "moved", found.those(lambda *cell: cell[3] == "in time")
    named["did not come"] = "moved", found.those(lambda *cell: cell[3] == "no") * found.sent
    return named


def narrow(world: World) -> list[tuple]:
    """Groups of one to four of whom all that is published says too much."""
    found = read_all(world)
    read_file(found)
    truth = found.truth()
    for row, low, high in zip(found.rows, found.low, found.high, strict=True):
        assert low - 1e-6 <= row @ truth <= high + 1e-6, "something was misread"

    named = traits(found)
    groups = {name: mask for name, (_about, mask) in named.items()}
    for (one, (about, mask)), (two, (other, across)) in combinations(named.items(), 2):
        if about != other:
            groups[f"{one}, {two}"] = mask * across
    too_narrow = []
    for name, group in groups.items():
        if 1 <= group @ truth < WIDE:
            low, high = found.room_of(group)
            if high - low < WIDE:
                too_narrow.append((name, int(group @ truth), low, high))
    return too_narrow


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("size", [60, 160])
@pytest.mark.parametrize(
    "members", [APART, OVERLAPPING, INSIDE], ids=["apart", "overlapping", "inside"]
)
def test_an_evaluation_beside_all_else_tells_of_no_few(seed, size, members):
    """Fault 55. A campaign's report, its segments, room, links, survey and month."""
    assert narrow(World(seed, size, members)) == []
