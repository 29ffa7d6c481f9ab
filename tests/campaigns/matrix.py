"""Who may open which page of campaigns."""

from django.utils import timezone

from campaigns.experiments.models import ProgrammeHoldout
from campaigns.hosts.models import LinkHost
from campaigns.limits.models import LimitStop
from campaigns.links import keys
from campaigns.plan.models import Standard, Task
from tests import factories
from tests.permissions import Access

STAFF = "librarian manager administrator"


def content(w):
    return {"pk": w.content.pk}


def campaign(w):
    return {"pk": w.campaign.pk}


def stopped_campaign(w):
    LimitStop.objects.create(
        campaign=w.campaign, trouble="bounces", contents=[], found=1, n=9, limit=5
    )
    return campaign(w)


def promising_campaign(w):
    """One of its own: what a live campaign promised is locked."""
    experiment = factories.ExperimentFactory()
    factories.ArmFactory(experiment=experiment)
    return {"pk": experiment.campaign_id}


def programme(w):
    today = timezone.localdate()
    running = ProgrammeHoldout.objects.create(
        starts_on=today, ends_on=today, note="x", started_by=w.user("manager")
    )
    return {"pk": running.pk}


def host(w):
    approved = LinkHost.objects.create(
        host="www.example.org", reason="x", approved_by=w.user("manager")
    )
    return {"pk": approved.pk}


def link(w):
    return {"code": w.link.code}


def link_with_key(w):
    return {"code": w.link.code, "key": keys.delivery_key(w.delivery.pk, keys.CLICK)}


DELIVERY = {
    "campaigns:content-create": Access(STAFF, make=campaign),
    "campaigns:content-take-over": Access(STAFF, make=campaign, post=True),
    "campaigns:content-preview": Access(STAFF, post=True, data={"body": "<p>x</p>"}),
    "campaigns:content-detail": Access(STAFF, make=content),
    "campaigns:content-edit": Access(STAFF, make=content),
    "campaigns:content-picture": Access(STAFF, make=content),
    "campaigns:content-picture-remove": Access(STAFF, make=content, post=True),
    "campaigns:content-progress": Access(STAFF, make=content),
    "campaigns:content-test": Access(STAFF, make=content, post=True),
    "campaigns:content-launch": Access(STAFF, make=content),
    "campaigns:content-pause": Access(STAFF, make=content, post=True),
    "campaigns:content-resume": Access(STAFF, make=content, post=True),
    "campaigns:content-resend": Access(STAFF, make=content, post=True),
    "campaigns:limit-resume": Access(STAFF, make=stopped_campaign),
    "campaigns:deliverability": Access(STAFF),
    "campaigns:mail-rules": Access("administrator"),
    "campaigns:programme": Access("manager administrator"),
    "campaigns:programme-stop": Access("manager administrator", make=programme, post=True),
    "campaigns:season-audiences": Access(STAFF),
    "campaigns:delivery-list": Access(STAFF, make=content),
    "campaigns:link-list": Access(STAFF),
    "campaigns:host-list": Access("manager administrator"),
    "campaigns:host-remove": Access("manager administrator", make=host, post=True),
    "campaigns:link-create": Access(STAFF, make=campaign),
    "campaigns:click": Access("public", make=link),
    "campaigns:click-key": Access("public", make=link_with_key),
    "campaigns:unsubscribe": Access(
        "public", make=lambda w: {"key": keys.delivery_key(w.delivery.pk, keys.UNSUBSCRIBE)}
    ),
}


def standard(w):
    row = Standard.objects.create(campaign=w.campaign, metric="reach", target=100)
    return {"pk": w.campaign.pk, "row": row.pk}


def task(w):
    return {"pk": w.campaign.pk, "row": Task.objects.create(campaign=w.campaign, text="Poster").pk}


ROOMS = {
    "campaigns:campaign-list": Access(STAFF),
    "campaigns:campaign-create": Access(STAFF),
    "campaigns:campaign-detail": Access(STAFF, make=campaign),
    "campaigns:campaign-edit": Access(STAFF, make=campaign),
    "campaigns:campaign-advance": Access(
        STAFF, make=lambda w: {"pk": w.campaign.pk, "phase": "prepare"}, post=True
    ),
    "campaigns:machine-rules": Access("public", wrong=False),
    "campaigns:machine-clicks": Access(STAFF, make=campaign),
    "campaigns:machine-judge": Access(STAFF, make=campaign, post=True),
    "campaigns:campaign-close": Access(STAFF, make=campaign),
    "campaigns:campaign-draft": Access(STAFF, make=campaign, post=True),
    "campaigns:budget-change": Access("manager administrator", make=campaign),
    "campaigns:match-list": Access(STAFF, make=campaign),
    "campaigns:plan-edit": Access(STAFF, make=campaign),
    "campaigns:promise-edit": Access(STAFF, make=campaign),
    "campaigns:arms-edit": Access(STAFF, make=promising_campaign),
    "campaigns:campaign-segments": Access(STAFF, make=campaign),
    "campaigns:standard-amend": Access(STAFF, make=standard),
    "campaigns:task-done": Access(STAFF, make=task, post=True),
    "campaigns:part-add": Access(STAFF, make=lambda w: {"pk": w.campaign.pk, "kind": "goal"}),
    "campaigns:part-remove": Access(STAFF, make=lambda w: task(w) | {"kind": "task"}, post=True),
    "campaigns:link-poster": Access(STAFF, make=lambda w: {"pk": w.link.pk}),
}
MATRIX: dict[str, Access] = {**ROOMS, **DELIVERY}
