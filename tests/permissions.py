"""The permission matrix: who may open which URL, and the things a URL needs in order to be opened.

Each app lists its URLs in ``tests/<app>/matrix.py``::

    MATRIX = {
        "crm:reader-list": Access("librarian manager administrator"),
        "crm:reader-detail": Access(STAFF, make=lambda w: {"pk": w.reader.pk}),
        "crm:reader-edit": Access("manager", make=…, post=True, data={"name": "x"}),
    }
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings

from crm.staff.models import User
from tests import factories

ROLES = ("reader", "librarian", "manager", "administrator")


@dataclass(frozen=True)
class Access:
    """One URL's line in the matrix.

    ``roles``: "public" (everybody), "any" (whoever is signed in) or role names. ``make(world)``
    gives the URL's arguments, ``data`` (a dict, or a function of the world) what is sent. ``post``:
    only POST is allowed. ``wrong`` replaces the arguments with ones that do not exist; False where
    no such arguments can be (the page answers 200). ``query`` is appended to the address.
    """

    roles: str
    make: Callable | None = None
    post: bool = False
    data: dict | Callable | None = None
    wrong: dict | bool | None = None
    query: str = ""

    def allows(self, visitor: str) -> bool:
        """``visitor`` is "anonymous" or a role."""
        words = set(self.roles.split())
        if unknown := words - {"public", "any", *ROLES}:
            raise ValueError(f"unknown roles {unknown}")
        return "public" in words or visitor in words or ("any" in words and visitor != "anonymous")

    def arguments(self, world) -> dict:
        return self.make(world) if self.make else {}

    def body(self, world) -> dict:
        return self.data(world) if callable(self.data) else self.data or {}


class World:
    """One user per role at once; everything else is made when first asked for."""

    def __init__(self):
        # By one statement: thousands of tests begin with these four.
        users = [factories.UserFactory.build(username=role, role=role) for role in ROLES]
        for user in User.objects.bulk_create(users):
            setattr(self, f"{user.role}_user", user)

    def user(self, role: str):
        return getattr(self, f"{role}_user")

    @cached_property
    def me(self):
        """The reader that the reader user is."""
        return factories.ReaderFactory(user=self.user("reader"))

    @cached_property
    def reader(self):
        """Somebody else."""
        return factories.ReaderFactory()

    @cached_property
    def segment(self):
        return factories.SegmentFactory()

    @cached_property
    def job(self):
        return factories.JobFactory(created_by=self.user("librarian"))

    @cached_property
    def batch(self):
        return factories.ImportBatchFactory(created_by=self.user("librarian"))

    @cached_property
    def campaign(self):
        return factories.CampaignFactory(owner=self.user("librarian"))

    @cached_property
    def channel(self):
        return factories.email_channel()

    @cached_property
    def content(self):
        return factories.ContentFactory(campaign=self.campaign)

    @cached_property
    def delivery(self):
        return factories.DeliveryFactory(content=self.content, reader=self.reader)

    @cached_property
    def link(self):
        return factories.TrackedLinkFactory(campaign=self.campaign, content=self.content)

    @cached_property
    def note(self):
        """A single letter to somebody else that failed."""
        return factories.LetterFactory(reader=self.reader, state="failed")

    @cached_property
    def letter(self):
        """Name of a mail in the demonstration's mailbox."""
        folder = settings.MAILBOX_DIR / "new"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "1.2_3.local").write_bytes(b"Subject: x\r\n\r\ny")
        return "1.2_3.local"

    @cached_property
    def survey(self):
        return factories.SurveyFactory(created_by=self.user("librarian"))

    @cached_property
    def item(self):
        return factories.ItemFactory(survey=self.survey)

    @cached_property
    def voice(self):
        """Somebody else's voice."""
        return factories.VoiceFactory(reader=self.reader)

    @cached_property
    def call(self):
        return factories.CallFactory(created_by=self.user("librarian"))

    @cached_property
    def submission(self):
        """Somebody else's unpublished work."""
        return factories.SubmissionFactory(call=self.call, author=self.reader)

    @cached_property
    def evaluation(self):
        return factories.EvaluationFactory(campaign=self.campaign)

    @cached_property
    def adjustment(self):
        return factories.AdjustmentFactory(evaluation=self.evaluation)

    @cached_property
    def finding(self):
        return factories.FindingFactory(evaluation=self.evaluation)
