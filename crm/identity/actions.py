"""Verbs on who is who: systems of numbers, and the further numbers of one reader."""

import hashlib

from django.db import connection, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.refusals import Refused
from crm.imports.guessing import bare_name
from crm.imports.queries import ONE_AT_A_TIME
from crm.readers.models import Identity, NumberSystem, Reader
from crm.readers.queries import numbered
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction


@transaction.atomic
def save_system(*, system: NumberSystem, by: User) -> NumberSystem:
    """Keep a system of numbers, a new one under a code made of its name."""
    words = map(bare_name, system.headers.split())
    system.headers = " ".join(filter(None, words))
    if not system.code:
        system.code = _free_code(system.name_en or system.name_zh)
    system.save()
    audit.record(action=AuditAction.IMPORT_SYSTEM, by=by, on=system)
    return system


def _free_code(name: str) -> str:
    """No longer than a reader's source may be."""
    code = slugify(name)[:32] or f"system-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    if NumberSystem.objects.filter(code=code).exists():
        raise Refused(_("There is a system of this name already."))
    return code


@transaction.atomic
def add_number(*, reader: Reader, system: NumberSystem, number: str, by: User) -> Identity:
    """Write down a further number of the reader: files are matched by it from now on.

    Refused where somebody bears it already, this reader too.
    """
    _hold_system(system.code)
    if numbered(system.code, [number]):
        raise Refused(_("A reader bears this number of this system already."))
    identity = Identity.objects.create(reader=reader, system=system, number=number)
    audit.record(action=AuditAction.READER_NUMBER_ADD, by=by, on=reader, system=system.code)
    return identity


@transaction.atomic
def remove_number(*, identity: Identity, by: User) -> None:
    """Forget a further number of a reader."""
    _hold_system(identity.system_id)
    identity.delete()
    audit.record(
        action=AuditAction.READER_NUMBER_REMOVE,
        by=by,
        on=identity.reader,
        system=identity.system_id,
    )


def _hold_system(code: str) -> None:
    """Until the transaction ends no import of the system begins; one that runs is waited for."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, {"source": code})
