"""What somebody types into the forms of the desk, where a word of any kind would be refused."""

import json
from collections.abc import Callable
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from tests import factories
from tests.crm.eresources.reports import JSON_51

PERIOD = {"opens_at": "2026-03-01T08:00", "closes_at": "2026-04-01T08:00"}
TABLE = b"number,kind\nA1,teacher\n"
NO_OPTIONS = {"o-TOTAL_FORMS": "0", "o-INITIAL_FORMS": "0"}
QUESTION = {"kind": "text", "scale_max": "", "analysis_key": "", "text_zh": "两次点击"}
#: A form that was kept over a sign-in holds what its page held.
ID = {"client_id": "5d3b0a4e-30c5-4f86-9d0b-2f0c6d1a7a11"}
COLUMNS = {"c0": "number", "c1": "kind", "date_order": "", "kind_words": "", "save_as": ""}
CONSENT = {
    "consent_column": "",
    "consent_equals": "",
    "consent_column_2": "",
    "consent_equals_2": "",
    "made_column": "",
    "made_equals": "",
}


def picture() -> SimpleUploadedFile:
    drawn = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(drawn, "PNG")
    return SimpleUploadedFile("hall.png", drawn.getvalue())


#: By the name of the address a form is sent to: fields that are filled in otherwise than with any
#: word of their kind, as a function of the world.
TYPED_THERE: dict[str, Callable] = {
    "campaigns:content-picture": lambda _w: {"file": picture()},
    "campaigns:host-list": lambda _w: {"host": "books.example.org"},
    "campaigns:promise-edit": lambda _w: {"outcome": "contribution"},
    "campaigns:arms-edit": lambda _w: {
        "A_weight": "60",
        "B_weight": "40",
        "C_weight": "",
        "before_weight": "",
    },
    "campaigns:programme": lambda _w: {"starts_on": "2100-03-01", "ends_on": "2100-04-01"},
    "campaigns:mail-rules": lambda _w: {"quiet_from": "22:00", "quiet_until": "07:00"},
    "campaigns:link-create": lambda _w: {"target": "/s/one/"},
    "crm:activity-import-create": lambda _w: {
        "kind": "visits",
        "file": SimpleUploadedFile("gate.csv", TABLE),
    },
    "crm:collection-list": lambda _w: {"items": "\n".join(f"B{n}" for n in range(200))},
    "crm:import-create": lambda _w: {"file": SimpleUploadedFile("new.csv", TABLE), "profile": ""},
    "crm:import-map": lambda _w: COLUMNS | CONSENT,
    "crm:library-settings": lambda _w: {"file": picture()},
    "crm:me-leave": lambda w: {"number": w.me.number},
    "crm:me-wechat": lambda _w: {"openid": "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"},
    "crm:privacy-clock-term": lambda _w: {"days": "400", "seen": "400"},
    "crm:reader-erase": lambda w: {"number": w.reader.number},
    "crm:register-paste": lambda _w: {"lines": "2026 秋,2026-09-01,2027-01-15"},
    "crm:reader-stop": lambda _w: {"until": ""},
    "crm:segment-pin": lambda w: {"number": w.reader.number},
    "crm:system-edit": lambda _w: {"name_zh": "东馆读者证"},
    "crm:usage-take": lambda _w: {
        "file": SimpleUploadedFile("PR_P1.json", json.dumps(JSON_51).encode())
    },
    "crm:user-edit": lambda _w: {"role": "librarian"},
    "feedback:voice-create": lambda _w: ID | {"kind": "question", "category": "other"},
    "feedback:call-create": lambda _w: PERIOD | {"licence": "yes"},
    "feedback:item-create": lambda _w: QUESTION | NO_OPTIONS,
    "feedback:item-edit": lambda _w: QUESTION | NO_OPTIONS,
    "feedback:survey-settings": lambda _w: PERIOD,
    "feedback:work-decide": lambda _w: {"accept": "1"},
}
#: What must be there before the page is opened, by the page's name.
BEFOREHAND: dict[str, Callable] = {
    "crm:user-session-list": lambda w: factories.ApiTokenFactory(user=w.user("reader")),
    "feedback:survey-detail": lambda w: w.item,
}
#: Forms that change nothing in the database, by the address they are sent to, each with its reason.
CHANGES_NOTHING = {
    "demo:kit": "its forms show how forms look, and lead nowhere",
    "analytics:evaluation-send": "refused: this report has nothing that waits for a decision",
    "campaigns:machine-judge": "nobody followed a link that could be judged otherwise",
    "crm:score-measure": "it asks for a run of the scores, which the worker makes",
    "campaigns:standard-amend": "refused: a standard is amended once the plan is locked",
    "campaigns:campaign-close": "refused: this campaign has no evaluation yet",
    "crm:me-claim": "refused: nobody typed a code that the desk printed",
    "crm:me-claim-link": "refused: the address holds no link that was sent",
    "crm:subscription-confirm": "refused: the address holds no link that was sent",
    "crm:reader-invite-end": "refused: no code was printed that could be withdrawn",
    "crm:me-claim-offered": "refused: no record holds the address that was confirmed",
    "crm:reader-twins": "it looks for another record and leads there",
    "crm:sign-in-link-open": "refused: the address holds no link that was sent",
    "crm:reader-reason": "the reason is kept in the session until the page is opened",
    "feedback:item-move": "the only question has nowhere to go",
    "feedback:voice-find": "it leads to a voice, or says that there is none",
}

#: Pages with a form in which sentences fit and that keeps no draft, each with its reason.
WITHOUT_DRAFT = {
    "crm:me-wechat": "an openid is copied from elsewhere, and no sentence",
    "demo:kit": "one of its two forms shows how errors look, and leads nowhere",
}


def give_the_reason(client, world) -> None:
    """Pages of a person ask first why they are opened; behind that stand their other forms."""
    address = reverse("crm:reader-reason", args=[world.reader.pk])
    client.post(address, {"reason": "enquiry"})
