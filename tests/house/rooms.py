"""The rooms of the house and their order, as tables that the tests of tests/house read."""

#: From below upwards. An app may import what stands before it.
APPS = ["core", "crm", "campaigns", "feedback", "analytics"]
#: Rooms of each app, from below upwards. A room may import what stands before it in the same app.
ROOMS = {
    "crm": [
        "staff",
        "accounts",
        "library",
        "receipts",
        "registers",
        "jobs",
        "clock",
        "letters",
        "readers",
        "standings",
        "sources",
        "imports",
        "tallies",
        "activities",
        "merges",
        "identity",
        "rfc",
        "segments",
        "privacy",
    ],
    "campaigns": [
        "plan",
        "limits",
        "hosts",
        "contents",
        "links",
        "sending",
        "returns",
        "deliverability",
        "room",
    ],
    "feedback": ["surveys", "voices", "calls", "portal"],
    "analytics": ["published", "facts", "loop", "month", "compass", "today"],
}
#: Top packages of the project; an app may import none but apps.
OURS = {*APPS, "config", "ops", "demo", "tests"}
#: Modules of core: the ground has no models and no addresses, and nothing enters it without a line
#: here.
CORE = {
    "access",
    "admin",
    "addresses",
    "api",
    "apps",
    "bodies",
    "characters",
    "chart_layout",
    "charts",
    "checks",
    "columns",
    "curves",
    "database_log",
    "days",
    "disclosure",
    "disks",
    "estimates",
    "exporting",
    "fetching",
    "forms",
    "grants",
    "headers",
    "holds",
    "kinds",
    "likeness",
    "listing",
    "localised",
    "logs",
    "management",
    "markup",
    "numbers",
    "owner",
    "picture_worker",
    "pictures",
    "provenance",
    "qr",
    "quantity",
    "queue",
    "refusals",
    "restoring",
    "rooms",
    "safety",
    "sealed",
    "templatetags",
    "terms",
    "texts",
    "traps",
    "triggers",
    "uploads",
    "visitors",
    "vouching",
}
#: Files that stand beside an app's rooms because Django looks for them there.
FRONT = {"apps", "models", "urls", "admin", "management", "templatetags", "migrations"}
#: Foreign keys that point at a later room, each with its reason.
UPWARD_KEYS = {
    "crm.Letter.reader": "readers write letters; a letter to a reader is erased with them",
    "crm.Reader.import_batch": "the row says which import wrote it; imports undoes it by this key",
}
NO_MODULES_CALLED = {"utils", "common", "services", "helpers", "misc"}
