"""Who may open which page of analytics."""

from tests.permissions import Access

DESK = "librarian manager administrator"
MANAGER = "manager administrator"

MATRIX: dict[str, Access] = {
    "analytics:today": Access(DESK),
    "analytics:menu-counts": Access(DESK),
    "analytics:today-voice": Access(DESK, make=lambda w: {"pk": w.voice.pk}),
    "analytics:today-screen": Access(
        DESK, make=lambda w: {"pk": w.voice.pk}, post=True, data={"let_through": "1"}
    ),
    "analytics:today-undo": Access(DESK, make=lambda w: {"pk": w.voice.pk}, post=True),
    "analytics:today-remind": Access(DESK, make=lambda w: {"pk": w.voice.pk}, post=True),
    "analytics:today-work": Access(DESK, make=lambda w: {"pk": w.submission.pk}),
    "analytics:today-work-decide": Access(
        DESK, make=lambda w: {"pk": w.submission.pk}, post=True, data={"accept": "1"}
    ),
    "analytics:today-proposal": Access(MANAGER, make=lambda w: {"pk": w.adjustment.pk}),
    "analytics:today-mailing": Access(DESK, make=lambda w: {"pk": w.content.pk}),
    "analytics:today-mailing-pause": Access(DESK, make=lambda w: {"pk": w.content.pk}, post=True),
    "analytics:today-mailing-resume": Access(DESK, make=lambda w: {"pk": w.content.pk}, post=True),
    "analytics:month": Access(DESK),
    "analytics:month-detail": Access(DESK, make=lambda w: {"month": "2026-01"}),
    "analytics:target-edit": Access(
        MANAGER, post=True, data={"metric": "contributors", "value": 100}
    ),
    "analytics:facts-compute": Access(MANAGER, post=True),
    "analytics:published": Access(DESK),
    "analytics:look-through": Access("manager administrator", post=True),
    "analytics:calibration": Access(DESK),
    "analytics:worlds": Access(DESK),
    "analytics:decision-list": Access(DESK),
    "analytics:adjustment-detail": Access(DESK, make=lambda w: {"pk": w.adjustment.pk}),
    "analytics:adjustment-decide": Access(
        MANAGER, make=lambda w: {"pk": w.adjustment.pk}, post=True, data={"verdict": "accept"}
    ),
    "analytics:adjustment-second": Access(
        MANAGER, make=lambda w: {"pk": w.adjustment.pk}, post=True, data={"agree": "yes"}
    ),
    "analytics:evaluation-list": Access(DESK),
    "analytics:evaluation-detail": Access(DESK, make=lambda w: {"pk": w.evaluation.pk}),
    "analytics:evaluation-export": Access(MANAGER, make=lambda w: {"pk": w.evaluation.pk}),
    "analytics:evaluation-send": Access(DESK, make=lambda w: {"pk": w.evaluation.pk}),
    "analytics:campaign-decide": Access(DESK, make=lambda w: {"pk": w.evaluation.campaign_id}),
    "analytics:evaluation-pdf": Access(MANAGER, make=lambda w: {"pk": w.evaluation.pk}),
    "analytics:evaluation-rows": Access(DESK, make=lambda w: {"pk": w.evaluation.pk}),
    "analytics:finding-rows": Access(DESK, make=lambda w: {"pk": w.finding.pk}),
    "analytics:loop": Access(DESK),
    "analytics:campaign-involvement": Access(DESK, make=lambda w: {"pk": w.campaign.pk}),
    "analytics:campaign-comparison": Access(DESK),
    "analytics:comparison-export": Access(MANAGER),
    "analytics:loop-involvement": Access(DESK),
    "analytics:loop-export": Access(MANAGER),
    "analytics:observation-list": Access(DESK),
    "analytics:campaign-evaluate": Access(DESK, make=lambda w: {"pk": w.campaign.pk}, post=True),
    "analytics:campaign-draft": Access(
        DESK, make=lambda w: {"pk": w.evaluation.campaign_id}, post=True
    ),
    "analytics:campaign-panel": Access(DESK, make=lambda w: {"pk": w.campaign.pk}),
    "analytics:campaign-previous": Access(DESK, make=lambda w: {"pk": w.campaign.pk}),
}
