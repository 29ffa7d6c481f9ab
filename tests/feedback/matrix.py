"""Who may open which page of feedback/."""

from uuid import uuid4

from tests.permissions import Access

STAFF = "librarian manager administrator"
WORDS = {"text": "谢谢。"}


def voice_key(w):
    return {"reference": w.voice.reference, "secret": w.voice.secret}


def work_form(w):
    return {"client_id": str(uuid4()), "title": "立冬", "text": "银杏", "draft": "1"}


MATRIX = {
    "feedback:home": Access("public"),
    # what readers say
    "feedback:voice-create": Access("public"),
    "feedback:voice-find": Access("public"),
    "feedback:voice-follow": Access("public", make=voice_key, wrong={"reference": "HX-AAAAAA", "secret": "AAAA"}),
    "feedback:voice-list": Access(STAFF),
    "feedback:voice-detail": Access(STAFF, make=lambda w: {"pk": w.voice.pk}),
    "feedback:voice-reply": Access(STAFF, make=lambda w: {"pk": w.voice.pk}, post=True, data=WORDS),
    "feedback:voice-assign": Access(STAFF, make=lambda w: {"pk": w.voice.pk}, post=True, data={"to": ""}),
    "feedback:voice-conclude": Access(STAFF, make=lambda w: {"pk": w.voice.pk}, post=True, data={"done": "x"}),
}
