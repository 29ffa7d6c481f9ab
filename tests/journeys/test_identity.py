"""Pages that say who is who: axe, and nothing that scrolls sideways, in three looks."""

import pytest
from django.urls import reverse

from crm.identity.actions import add_number
from crm.imports import actions as verbs
from crm.readers.models import COVERED, NumberSystem, permissions
from tests.crm.imports.building import batch_of
from tests.factories import ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

TABLE = """证号,姓名,邮箱,学院,类型,是否同意邮件,办证日期
A1,李雷,a1@example.com,集成电路学院,,是,2024-03-01
A2,许砚秋,new2@example.com,,,是,2024-03-01
A3,韩梅梅,new3@example.com,,,否,2024-03-01
A5,谁,a5@example.com,,外星人,是,2024-03-01
"""
MAPPING = {"number": "证号", "name": "姓名", "email": "邮箱", "college": "学院", "kind": "类型"}
LOOKS = {
    "desk": {"width": 1280, "height": 900, "scheme": "light"},
    "phone": {"width": 375, "height": 800, "scheme": "light"},
    "dark": {"width": 1280, "height": 900, "scheme": "dark"},
}


def waiting(by):
    """A file with a row of each group."""
    for number, name in (("A1", "李雷"), ("A2", "林知夏"), ("A3", "韩梅梅"), ("B0", "人0")):
        ReaderFactory(
            source="library",
            number=number,
            name=name,
            email=f"old-{number}@example.com" if number != "A1" else "a1@example.com",
            consents=sorted(permissions("email", COVERED)),
        )
    more = "".join(f"B{n},人{n},,,,,\n" for n in range(40))
    return batch_of(TABLE + more, by, mapping=MAPPING, constants={"kind": "public"})


def test_pages_of_identity_are_free_of_barriers_and_fit(live):
    by = UserFactory(role="librarian")
    batch = waiting(by)
    reader = ReaderFactory(source="student", number="2023110301", name="李雷")
    system = NumberSystem.objects.get(code="staff")
    add_number(reader=reader, system=system, number="T0020913", by=by)
    large = batch_of(TABLE, by, mapping=MAPPING, constants={"kind": "public"})
    large.rows = 6000
    large.save()
    verbs.count_preview(batch=large, by=by)

    pages = {
        "preview": reverse("crm:import-preview", args=[batch.pk]),
        "map": reverse("crm:import-map", args=[batch.pk]),
        "counting": reverse("crm:import-preview", args=[large.pk]),
        "systems": reverse("crm:system-list"),
        "system": reverse("crm:system-edit", args=[system.pk]),
        "numbers": reverse("crm:reader-numbers", args=[reader.pk]),
        "edit": reverse("crm:reader-edit", args=[reader.pk]),
        "claim": reverse("crm:me-claim"),
        "link": reverse("crm:me-claim-link", args=["token"]),
    }
    live.sign_in(by)
    found = {}
    for look, said in LOOKS.items():
        live.page.set_viewport_size({"width": said["width"], "height": said["height"]})
        live.page.emulate_media(color_scheme=said["scheme"])
        for name, path in pages.items():
            live.open(path)
            wrong = live.axe()
            if not live.fits():
                wrong = [*wrong, "scrolls sideways"]
            if wrong:
                found[look, name] = wrong
    assert found == {}
