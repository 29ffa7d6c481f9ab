"""Who may open which page of feedback/."""

from uuid import uuid4

from django.utils import timezone

from tests.factories import LetterFactory, SubmissionFactory, VoiceFactory
from tests.feedback.building import published
from tests.permissions import Access

STAFF = "librarian manager administrator"
WORDS = {"text": "谢谢。"}


def own_voice(w):
    """What the reader who is signed in has said."""
    return VoiceFactory(reader=w.me)


def voice_key(w):
    return {"reference": w.voice.reference, "secret": w.voice.secret}


def answered(w):
    """An answer whose letter failed."""
    answer = w.voice.messages.create(text="x", letter=LetterFactory(state="failed"))
    return {"pk": w.voice.pk, "message": answer.pk}


def thanked(w):
    """A work whose letter of thanks failed."""
    work = on_show(w)
    work.letter = LetterFactory(state="failed")
    work.save()
    return {"pk": work.pk}


def work_form(w):
    return {"client_id": str(uuid4()), "title": "立冬", "text": "银杏", "draft": "1"}


def survey_item(w):
    return {"pk": w.survey.pk, "ordinal": w.item.ordinal}


def draft(w):
    """A draft of the reader who is signed in as "reader"."""
    work = SubmissionFactory(call=w.call, author=w.me, state="draft", submitted_at=None)
    return {"slug": w.call.slug, "pk": work.pk}


def held(w):
    """A work that waits for a look."""
    return SubmissionFactory(state="held", submitted_at=None, held_at=timezone.now())


def on_show(w):
    return SubmissionFactory(
        state="published",
        licence_agreed="yes",
        published_at=timezone.now(),
        published_by=w.user("librarian"),
    )


MATRIX = {
    "feedback:home": Access("public"),
    # what readers say
    "feedback:voice-create": Access("public"),
    "feedback:voice-find": Access("public"),
    "feedback:voice-follow": Access(
        "public", make=voice_key, wrong={"reference": "HX-AAAAAA", "secret": "AAAA"}
    ),
    "feedback:voice-mine": Access("any"),
    "feedback:voice-own": Access(
        "reader",
        make=lambda w: {"reference": own_voice(w).reference},
        wrong={"reference": "HX-AAAAAA"},
    ),
    "feedback:voice-list": Access(STAFF),
    "feedback:voice-detail": Access(STAFF, make=lambda w: {"pk": w.voice.pk}),
    "feedback:voice-reply": Access(STAFF, make=lambda w: {"pk": w.voice.pk}, post=True, data=WORDS),
    "feedback:voice-resend": Access(STAFF, make=answered, post=True),
    "feedback:voice-assign": Access(
        STAFF, make=lambda w: {"pk": w.voice.pk}, post=True, data={"to": ""}
    ),
    "feedback:voice-conclude": Access(
        STAFF, make=lambda w: {"pk": w.voice.pk}, post=True, data={"done": "x"}
    ),
    "feedback:voice-screen": Access(
        STAFF, make=lambda w: {"pk": w.voice.pk}, post=True, data={"let_through": "1"}
    ),
    # what readers make
    "feedback:work-screen": Access(
        STAFF, make=lambda w: {"pk": held(w).pk}, post=True, data={"let_through": "1"}
    ),
    "feedback:call-list": Access("public"),
    "feedback:call-detail": Access("public", make=lambda w: {"slug": w.call.slug}),
    "feedback:work-create": Access("any", make=lambda w: {"slug": w.call.slug}, data=work_form),
    "feedback:work-edit": Access("reader", make=draft),
    "feedback:work-list": Access("public"),
    "feedback:work-detail": Access("public", make=lambda w: {"pk": on_show(w).pk}),
    "feedback:work-withdraw": Access("reader", make=lambda w: {"pk": draft(w)["pk"]}, post=True),
    "feedback:work-mine": Access("any"),
    "feedback:call-desk-list": Access(STAFF),
    "feedback:call-create": Access(STAFF),
    "feedback:call-review": Access(STAFF, make=lambda w: {"pk": w.call.pk}),
    "feedback:call-edit": Access(STAFF, make=lambda w: {"pk": w.call.pk}),
    "feedback:work-review": Access(STAFF, make=lambda w: {"pk": w.submission.pk}),
    "feedback:work-decide": Access(
        STAFF, make=lambda w: {"pk": w.submission.pk}, post=True, data={"accept": "1"}
    ),
    "feedback:work-publish": Access(
        STAFF, make=lambda w: {"pk": w.submission.pk}, post=True, data={"thanks": "x"}
    ),
    "feedback:work-resend": Access(STAFF, make=thanked, post=True),
    # surveys
    "feedback:survey-open-list": Access("public"),
    "feedback:survey-answer": Access(
        "public", make=lambda w: {"slug": published().slug}, wrong={"slug": "nothing"}
    ),
    "feedback:survey-list": Access(STAFF),
    "feedback:survey-create": Access(STAFF),
    "feedback:survey-links": Access(STAFF),
    "feedback:survey-detail": Access(STAFF, make=lambda w: {"pk": w.survey.pk}),
    "feedback:survey-settings": Access(STAFF, make=lambda w: {"pk": w.survey.pk}),
    "feedback:item-create": Access(STAFF, make=lambda w: {"pk": w.survey.pk}),
    "feedback:item-preview": Access(STAFF, make=lambda w: {"pk": w.survey.pk}, post=True),
    "feedback:item-edit": Access(STAFF, make=survey_item),
    "feedback:item-move": Access(STAFF, make=survey_item, post=True, data={"up": "1"}),
    "feedback:item-retire": Access(STAFF, make=survey_item, post=True),
    "feedback:survey-publish": Access(STAFF, make=lambda w: {"pk": w.survey.pk}, post=True),
    "feedback:survey-state": Access(
        STAFF, make=lambda w: {"pk": w.survey.pk}, post=True, data={"close": "1"}
    ),
    "feedback:survey-duplicate": Access(STAFF, make=lambda w: {"pk": w.survey.pk}, post=True),
    "feedback:survey-share": Access(STAFF, make=lambda w: {"pk": w.survey.pk}),
    "feedback:survey-poster": Access(STAFF, make=lambda w: {"pk": w.survey.pk}),
    "feedback:survey-results": Access(STAFF, make=lambda w: {"pk": w.survey.pk}),
    "feedback:survey-crosstab": Access(STAFF, make=lambda w: {"pk": w.survey.pk}),
    "feedback:survey-texts": Access(STAFF, make=lambda w: {"pk": w.survey.pk}),
    "feedback:survey-export-csv": Access(STAFF, make=lambda w: {"pk": w.survey.pk}),
    "feedback:survey-export-xlsx": Access(STAFF, make=lambda w: {"pk": w.survey.pk}),
    "feedback:campaign-panel": Access(STAFF, make=lambda w: {"pk": w.campaign.pk}),
}
