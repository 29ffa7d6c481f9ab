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
    "question": _("Survey question"),
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
    "assign": _("handed over"),
    "cancel": _("stopped"),
    "change": _("changed"),
    "close": _("closed to answers"),
    "conclude": _("outcome written down"),
    "create": _("created"),
    "decline": _("not chosen"),
    "delete": _("deleted"),
    "done": _("done"),
    "download": _("downloaded"),
    "duplicate": _("copied"),
    "export": _("exported"),
    "launch": _("launched"),
    "locked": _("locked"),
    "move": _("moved"),
    "note": _("note written"),
    "open": _("opened"),
    "pause": _("paused"),
    "pin": _("decided by hand"),
    "profile": _("profile kept"),
    "publish": _("published"),
    "refresh": _("refreshed"),
    "refusals": _("refused rows downloaded"),
    "remove": _("something removed"),
    "reply": _("answered"),
    "restore": _("taken back in"),
    "resume": _("resumed"),
    "retire": _("retired"),
    "review": _("scored"),
    "revoked": _("made worthless"),
    "save": _("saved"),
    "say": _("received"),
    "set": _("written down"),
    "settings": _("settings changed"),
    "sign-in": _("signed in"),
    "sign-out": _("signed out"),
    "start": _("started"),
    "submit": _("sent in"),
    "take-in": _("answers taken in"),
    "test": _("test mail"),
    "undo": _("undo asked for"),
    "undone": _("undone"),
    "unpin": _("decision by hand removed"),
    "update": _("changed"),
    "upload": _("file uploaded"),
    "view": _("page viewed"),
    "withdraw": _("withdrawn"),
    "write": _("reader wrote again"),
}


def in_words(action: str) -> str:
    """“reader.view” → “Reader · page viewed”."""
    noun, _dot, verb = action.partition(".")
    parts = [NOUNS.get(noun, noun)]
    if verb:
        parts.append(VERBS.get(verb, verb))
    return " · ".join(map(str, parts))
