"""What the guards of the house see, asked of sources that break a rule on purpose."""

import ast

import pytest

from tests.house.test_architecture import loads_by_name, uses_of_model_signals
from tests.house.test_sql import literal_states, tables_in
from tests.house.test_verbs import Verbs

VERBS = """
from crm.staff import audit
from crm.staff.audit import record as write
from somewhere import recorder, telling

def told(by): audit.record(by=by)
def told_by_another_name(by): write(by=by)
def told_below(by): told(by=by)
def told_to_somebody_else(by): recorder.record(by=by)
def told_to_a_namesake(by): telling.told(by=by)
"""


@pytest.mark.parametrize(
    ("source", "loaded"),
    [
        ("import_module('analytics.loop.models')", "analytics.loop.models"),
        (
            "from importlib import import_module as fetch\nfetch('analytics.loop.models')",
            "analytics.loop.models",
        ),
        ("import importlib as i\ni.import_module('crm.jobs')", "crm.jobs"),
        ("apps.get_model('crm', 'Reader')", "crm.readers.models.reader"),
        ("from importlib import import_module\nfetch = import_module\nfetch('crm.jobs')", ""),
        ("import_module(f'{room}.kinds')", ""),
    ],
)
def test_a_module_loaded_by_its_name_is_found_under_any_name(source, loaded):
    assert list(loads_by_name(ast.parse(source))) == [loaded]


@pytest.mark.parametrize(
    "source",
    [
        "from django.db.models.signals import post_save",
        "from django.db.models import signals",
        "import django.db.models.signals",
        "from django.db import models\nmodels.signals.post_save.connect(work)",
        "import django.db as d\nd.models.signals.post_save.connect(work)",
    ],
)
def test_signals_of_models_are_found_however_they_are_reached(source):
    assert uses_of_model_signals(ast.parse(source))


def test_signals_of_celery_are_another_thing():
    source = "from celery import signals\nsignals.worker_init.connect(work)"
    assert not uses_of_model_signals(ast.parse(source))


@pytest.mark.parametrize(
    "source",
    [
        "rows.filter(content__state='failed')",
        "rows.update(**{'state': 'failed'})",
        "row.state = 'failed'",
        "row.state == 'failed'",
        "'failed' == row.state",
        "row.state in {'failed'}",
        "getattr(row, 'state') == 'failed'",
        "setattr(row, 'state', 'failed')",
        "match row.state:\n    case 'failed': pass",
        "match (row.kind, row.state):\n    case (_, 'failed' | None): pass",
    ],
)
def test_a_state_written_out_is_found_wherever_it_is_given(source):
    found = set()
    for node in ast.walk(ast.parse(source)):
        found |= literal_states(node)
    assert found == {"failed"}


@pytest.mark.parametrize("text", ["FROM feedback_response", "FROM FEEDBACK_RESPONSE r"])
def test_a_table_is_found_in_capitals_too(text):
    assert tables_in(text) == {"feedback_response"}


def test_only_the_audit_trail_s_own_record_is_an_audit_row():
    verbs = Verbs()
    verbs.read("room.actions", ast.parse(VERBS))

    told = {name for name in verbs.functions if verbs.writes_audit(name)}

    assert {name.rpartition(".")[2] for name in told} == {
        "told",
        "told_by_another_name",
        "told_below",
    }
