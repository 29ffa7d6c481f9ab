"""Evaluate one large campaign in a process of its own: python -m tests.bench.one_evaluation.

The campaign is made first, inside the database, and everything is taken back.
"""

import django


def main() -> None:
    """In the library that DATABASE_URL names."""
    django.setup()
    from django.db import transaction  # noqa: PLC0415 - Django has to be set up

    from analytics.loop.evaluate import evaluate  # noqa: PLC0415
    from core.owner import as_owner  # noqa: PLC0415
    from tests.bench import bench_loop, mailed  # noqa: PLC0415

    with as_owner(), transaction.atomic():
        (campaign,) = mailed.campaigns(1, **bench_loop.EVALUATED)
        evaluate(campaign, mailed.AFTER)
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
