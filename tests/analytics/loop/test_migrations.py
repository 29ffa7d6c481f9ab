"""Rows of 0.1 get the level of their intervals, whatever a database had of the migrations."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.factories import CampaignFactory
from tests.owner import as_owner

pytestmark = pytest.mark.django_db


def migrated_to(name: str):
    """The models of analytics as of this migration, which the database is then at."""
    with connection.cursor() as cursor:
        # A table with checks still to be made at the end of the transaction cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    target = [("analytics", name)]
    with as_owner():
        MigrationExecutor(connection).migrate(target)
    return MigrationExecutor(connection).loader.project_state(target).apps


def evaluation_of(models):
    return models.get_model("analytics", "Evaluation").objects.create(
        campaign_id=CampaignFactory().pk,
        number=1,
        as_of=datetime(2026, 4, 1, tzinfo=UTC),
        inputs_sha256="0" * 64,
        inputs={},
        results={},
    )


def finding(models, evaluation, subject: str, *, low: float | None, **fields):
    models.get_model("analytics", "Finding").objects.create(
        evaluation=evaluation, kind="channel", subject=subject, low=low, n=40, **fields
    )


def promise(models, evaluation, target: str, *, low: float | None, **fields):
    models.get_model("analytics", "Adjustment").objects.create(
        evaluation=evaluation, kind="timing", target=target, expected_low=low, n=40, **fields
    )


def levels(models) -> tuple[dict, dict]:
    findings = models.get_model("analytics", "Finding").objects
    adjustments = models.get_model("analytics", "Adjustment").objects
    return (
        dict(findings.values_list("subject", "level")),
        dict(adjustments.values_list("target", "expected_level")),
    )


def test_rows_of_a_database_of_0_1_get_its_one_level():
    models = migrated_to("0001_initial")
    evaluation = evaluation_of(models)
    finding(models, evaluation, "stated", low=0.1)
    finding(models, evaluation, "silent", low=None)
    promise(models, evaluation, "promised", low=0.1)
    promise(models, evaluation, "unsaid", low=None)

    models = migrated_to("0003_levels_of_0_1")

    assert levels(models) == (
        {"stated": 0.90, "silent": None},
        {"promised": 0.90, "unsaid": None},
    )


def test_levels_that_are_named_already_stay():
    """In a database that had schema and levels from one migration, newer rows name their own."""
    models = migrated_to("0002_levels")
    evaluation = evaluation_of(models)
    finding(models, evaluation, "old", low=0.1, level=0.90)
    finding(models, evaluation, "new", low=0.1, level=0.95)
    promise(models, evaluation, "old", low=0.1, expected_level=0.90)
    promise(models, evaluation, "new", low=0.1, expected_level=0.80)

    models = migrated_to("0003_levels_of_0_1")

    assert levels(models) == ({"old": 0.90, "new": 0.95}, {"old": 0.90, "new": 0.80})
