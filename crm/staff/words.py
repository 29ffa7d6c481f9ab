"""Actions of the audit trail in words."""

from django.utils.translation import gettext_lazy

#: The two halves of an action's code; what is not listed is shown as it is.
NOUNS = {
    "api": gettext_lazy("API"),
    "campaign": gettext_lazy("Campaign"),
    "consent": gettext_lazy("Consent"),
    "content": gettext_lazy("Content"),
    "evaluation": gettext_lazy("Evaluation"),
    "import": gettext_lazy("Import"),
    "job": gettext_lazy("Job"),
    "me": gettext_lazy("Own data"),
    "reader": gettext_lazy("Reader"),
    "segment": gettext_lazy("Segment"),
    "sign-in": gettext_lazy("Sign-in"),
    "survey": gettext_lazy("Survey"),
    "token": gettext_lazy("API token"),
    "user": gettext_lazy("User"),
    "voice": gettext_lazy("Voice"),
    "work": gettext_lazy("Work"),
}
VERBS = {
    "accept": gettext_lazy("accepted"),
    "add": gettext_lazy("something added"),
    "advance": gettext_lazy("next phase"),
    "cancel": gettext_lazy("stopped"),
    "change": gettext_lazy("changed"),
    "create": gettext_lazy("created"),
    "delete": gettext_lazy("deleted"),
    "done": gettext_lazy("done"),
    "download": gettext_lazy("downloaded"),
    "duplicate": gettext_lazy("copied"),
    "export": gettext_lazy("exported"),
    "launch": gettext_lazy("launched"),
    "locked": gettext_lazy("locked"),
    "open": gettext_lazy("opened"),
    "pause": gettext_lazy("paused"),
    "pin": gettext_lazy("decided by hand"),
    "profile": gettext_lazy("profile kept"),
    "publish": gettext_lazy("published"),
    "refresh": gettext_lazy("refreshed"),
    "refusals": gettext_lazy("refused rows downloaded"),
    "remove": gettext_lazy("something removed"),
    "reply": gettext_lazy("answered"),
    "resume": gettext_lazy("resumed"),
    "revoked": gettext_lazy("made worthless"),
    "save": gettext_lazy("saved"),
    "set": gettext_lazy("written down"),
    "sign-in": gettext_lazy("signed in"),
    "sign-out": gettext_lazy("signed out"),
    "start": gettext_lazy("started"),
    "test": gettext_lazy("test mail"),
    "undo": gettext_lazy("undo asked for"),
    "undone": gettext_lazy("undone"),
    "unpin": gettext_lazy("decision by hand removed"),
    "update": gettext_lazy("changed"),
    "upload": gettext_lazy("file uploaded"),
    "view": gettext_lazy("page viewed"),
}


def in_words(action: str) -> str:
    """ "reader.view" → "Reader · page viewed"."""
    noun, _dot, verb = action.partition(".")
    parts = [NOUNS.get(noun, noun), VERBS.get(verb, verb)] if verb else [NOUNS.get(noun, noun)]
    return " · ".join(map(str, parts))
