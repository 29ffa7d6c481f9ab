"""A campaign of known people, and a table of them that what is published can be held against."""

import random
import re
from datetime import date, timedelta
from html import unescape
from itertools import product

import numpy as np
from django.test import Client
from django.urls import reverse

from analytics.facts.computing import compute
from analytics.loop.evaluate import evaluate
from campaigns.plan.models import Channel
from campaigns.sending.models import Click, Delivery
from feedback.surveys import actions as verbs
from tests.analytics import building as make
from tests.factories import UserFactory
from tests.feedback import building as surveys
from tests.subtraction import Published, ends_of, is_told

TAG = re.compile(r"<[^>]*>")
CHANNELS, HOURS = ("email", "sms"), (10, 20)
DID = ("nothing", "clicked", "answered", "clicked and answered")
SENT = list(product(["sent"], CHANNELS, HOURS, DID))
#: Failed, held out, a member who could not be mailed, a reader of no segment.
UNSENT = [(state, "email", None, "nothing") for state in ("failed", "holdout")]
NOT_MAILED = [(state, None, None, "nothing") for state in ("left out", "outside")]
#: Who answered by a poster: nobody knows them.
STRANGER = (("stranger", None, None, "answered"), (), False, "no")
MOVED = ("no", "in time", "before")
#: Which of two segments a member can be in, as their rules say.
APART, OVERLAPPING = [("A",), ("B",)], [("A",), ("B",), ("A", "B")]
INSIDE = [("A",), ("A", "B")]


class World:
    """One campaign of two segments and two channels, its survey, and what is published of it."""

    def __init__(self, seed: int, size: int, members: list[tuple]):
        self.draw = random.Random(seed)
        self.members = members
        self.parts = {name: make.segment(name) for name in ("A", "B", "unchosen")}
        self.campaign = make.campaign(
            segments=[self.parts["A"], self.parts["B"]], shares={"email": 60, "sms": 40}
        )
        self.letters = {code: make.content(self.campaign, code) for code in CHANNELS}
        self.links = {}
        for code, letter in self.letters.items():
            self.links[code] = make.follow(self.campaign, code, content=letter)
        self.survey = surveys.published(campaign=self.campaign)
        self.people = [self._person() for _number in range(size)]
        self._live()
        compute(date(2026, 3, 1), date(2026, 3, 31))
        self.evaluation = evaluate(self.campaign, make.AFTER)
        self.client = Client(headers={"accept-language": "en"})
        self.client.force_login(UserFactory(role="manager"))

    def _person(self) -> tuple:
        """(what happened to them, their segments, in the unchosen one, when they came)"""
        state = self.draw.choices(
            ["sent", "failed", "holdout", "left out", "outside", "stranger"],
            [80, self.draw.choice([1, 4]), 14, 3, 4, 4],
        )[0]
        if state == "stranger":
            return STRANGER
        channel, hour, did = None, None, "nothing"
        if state in ("failed", "holdout"):
            channel = "email"
        if state == "sent":
            channel = self.draw.choices(CHANNELS, [3, 1])[0]
            hour = self.draw.choices(HOURS, [4, 1])[0]
            did = self.draw.choices(DID, [50, 20, 2, 14])[0]
        segments = ()
        if state != "outside":
            segments = self.draw.choices(self.members, [12, 5, 1][: len(self.members)])[0]
        unchosen = self.draw.random() < 0.5
        moved = self.draw.choices(MOVED, [6, 3, 1])[0]
        return (state, channel, hour, did), segments, unchosen, moved

    # --- living it ---
    def _live(self) -> None:
        readers = iter(make.readers(len(self.people)))
        answers = []
        for person in self.people:
            self._live_one(next(readers), person, answers)
        verbs.take_in(survey=self.survey, rows=answers, by=self.survey.created_by)
        for segment in self.parts.values():
            segment.size = segment.members.count()
            segment.save()

    def _live_one(self, reader, person: tuple, answers: list) -> None:
        (state, channel, hour, did), segments, unchosen, moved = person
        given = {"1": self.draw.choices([1, 2, 3], [5, 3, 1])[0]}
        at = make.LAUNCH + timedelta(days=2)
        if person == STRANGER:
            poster = Channel.objects.get(code="poster").pk
            answers.append(verbs.IncomingAnswer(given, at=at, channel_id=poster))
            return
        inside = [self.parts[name] for name in segments]
        for segment in [*inside, *([self.parts["unchosen"]] if unchosen else [])]:
            make.join(segment, [reader])
        if moved != "no":
            when = make.LAUNCH + timedelta(days=3)
            if moved == "before":
                when = make.LAUNCH - timedelta(days=1, hours=2)
            make.visit([reader], at=when)
        if channel is None:
            return
        delivery = self._mailed(reader, state, channel, hour, inside)
        if "clicked" in did:
            self._follow(delivery, channel, at)
        if "answered" in did:
            answers.append(
                verbs.IncomingAnswer(
                    given,
                    at=at,
                    reader_id=reader.pk,
                    delivery_id=delivery.pk,
                    channel_id=Channel.objects.get(code=channel).pk,
                    segment_ids=delivery.segment_ids,
                )
            )

    def _mailed(self, reader, state: str, channel: str, hour: int | None, inside) -> Delivery:
        sent_at = None
        if hour is not None:
            sent_at = make.LAUNCH + timedelta(hours=hour - 10)
        return Delivery.objects.create(
            content=self.letters[channel],
            reader=reader,
            state=state,
            due_at=make.LAUNCH,
            sent_at=sent_at,
            segment_ids=[segment.pk for segment in inside],
        )

    def _follow(self, delivery: Delivery, channel: str, at) -> None:
        delivery.clicked_at = at
        delivery.save()
        Click.objects.create(link=self.links[channel], delivery=delivery, at=at, ref=f"{delivery}")

    # --- what can be fetched ---
    def page(self, name: str, *arguments, **asked) -> str:
        answered = self.client.get(reverse(name, args=arguments), asked)
        assert answered.status_code == 200
        return unescape(answered.content.decode())

    def api(self, name: str, *arguments) -> dict:
        return self.client.get(reverse(f"api:{name}", args=arguments)).json()


class Told(Published):
    """What is published of a world, as constraints on who did what."""

    def __init__(self, world: World):
        super().__init__({"person": []})
        self.world = world
        self.cells = [STRANGER]
        for how in [*SENT, *UNSENT, *NOT_MAILED]:
            segments = world.members
            if how[0] == "outside":
                segments = [()]
            self.cells += product([how], segments, [False, True], MOVED)
        self.sent = self.those(lambda how, *_rest: how[0] == "sent")
        self.responded = self.sent * self.those(lambda how, *_rest: how[3] != "nothing")
        self.clicked = self.those(lambda how, *_rest: "clicked" in how[3])
        self.answered = self.sent * self.those(lambda how, *_rest: "answered" in how[3])

    def those(self, test) -> np.ndarray:
        return np.array([float(test(*cell)) for cell in self.cells])

    def by_channel(self, code: str) -> np.ndarray:
        return self.those(lambda how, *_rest: how[1] == code)

    def at_hour(self, hour: int) -> np.ndarray:
        return self.those(lambda how, *_rest: how[2] == hour)

    def members_of(self, name: str) -> np.ndarray:
        if name == "unchosen":
            return self.those(lambda _how, _segments, unchosen, _moved: unchosen)
        return self.those(lambda _how, segments, *_rest: name in segments)

    def truth(self) -> np.ndarray:
        return np.array([self.world.people.count(cell) for cell in self.cells], dtype=float)

    def exactly(self, those: np.ndarray, number: int | None) -> None:
        if number is not None:
            self.say(those, number, number)

    def told(self, those: np.ndarray, number: int | None, width: int) -> None:
        """A number of the report, rounded to ``width`` or exact."""
        if number is not None and width:
            self.say(those, number - width // 2, number + width // 2 - 1)
        else:
            self.exactly(those, number)

    def printed(self, those: np.ndarray, text: str) -> None:
        """What a page prints, be it rounded."""
        text = TAG.sub("", text).strip()
        if is_told(text):
            self.say(those, *ends_of(text))
