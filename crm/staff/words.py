"""What the audit trail calls an action."""

from django.utils.translation import gettext_lazy as _

#: The two halves of an action's code; what is not listed is shown as it is.
NOUNS = {
    "api": _("API"),
    "campaign": _("Campaign"),
    "consent": _("Consent"),
    "content": _("Content"),
    "evaluation": _("Evaluation"),
    "import": _("Import"),
    "job": _("Job"),
    "me": _("Own data"),
    "reader": _("Reader"),
    "segment": _("Segment"),
    "sign-in": _("Sign-in"),
    "survey": _("Survey"),
    "token": _("API token"),
    "user": _("User"),
    "voice": _("Voice"),
    "work": _("Work"),
}
VERBS = {
    "accept": _("accepted"),
    "add": _("something added"),
    "advance": _("next phase"),
    "cancel": _("stopped"),
    "change": _("changed"),
    "create": _("created"),
    "delete": _("deleted"),
    "done": _("done"),
    "download": _("downloaded"),
    "duplicate": _("copied"),
    "export": _("exported"),
    "launch": _("launched"),
    "locked": _("locked"),
    "open": _("opened"),
    "pause": _("paused"),
    "pin": _("decided by hand"),
    "profile": _("profile kept"),
    "publish": _("published"),
    "refresh": _("refreshed"),
    "refusals": _("refused rows downloaded"),
    "remove": _("something removed"),
    "reply": _("answered"),
    "resume": _("resumed"),
    "revoked": _("made worthless"),
    "save": _("saved"),
    "set": _("written down"),
    "sign-in": _("signed in"),
    "sign-out": _("signed out"),
    "start": _("started"),
    "test": _("test mail"),
    "undo": _("undo asked for"),
    "undone": _("undone"),
    "unpin": _("decision by hand removed"),
    "update": _("changed"),
    "upload": _("file uploaded"),
    "view": _("page viewed"),
}


def in_words(action: str) -> str:
    """“reader.view” → “Reader · page viewed”."""
    noun, _dot, verb = action.partition(".")
    parts = [NOUNS.get(noun, noun)]
    if verb:
        parts.append(VERBS.get(verb, verb))
    return " · ".join(map(str, parts))
