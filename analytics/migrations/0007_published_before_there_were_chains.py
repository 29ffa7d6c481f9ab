"""Evaluations and decisions of 0.1 are chained in the order of their ids, each marked as chained
later: what they were until then nobody can say.
"""

from django.db import migrations

from analytics.loop.publications import CHAINS, EVALUATIONS
from analytics.published.sealing import append, parts_of


def seal_all(apps, _schema_editor):
    for chain in CHAINS:
        for object_id, parts in parts_of(chain).items():
            append(seal_of(apps, chain.code, object_id, parts))


def seal_of(apps, code: str, object_id: int, parts: dict):
    seals = apps.get_model("analytics", "Seal")
    made = seals(
        chain=code, object_id=object_id, parts=parts, reason="first", chained_later=True
    )
    if code == EVALUATIONS:
        evaluations = apps.get_model("analytics", "Evaluation").objects
        evaluation = evaluations.only("campaign_id", "number", "inputs_sha256").get(pk=object_id)
        made.inputs_sha256 = evaluation.inputs_sha256
        before = evaluations.filter(
            campaign_id=evaluation.campaign_id, number=evaluation.number - 1
        )
        replaced = seals.objects.filter(chain=code, object_id__in=before.values("pk")).first()
        if replaced is not None:
            made.corrects, made.reason = replaced.number, "changed"
    return made


class Migration(migrations.Migration):
    dependencies = [("analytics", "0006_chains_of_what_is_published")]

    operations = [migrations.RunPython(seal_all, migrations.RunPython.noop)]
