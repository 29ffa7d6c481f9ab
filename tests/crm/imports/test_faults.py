"""An import in a real worker while PostgreSQL is stopped under it; jobs have the other faults
(tests/crm/jobs/test_faults.py).
"""

import os
import subprocess
import sys
from contextlib import closing

import psycopg2
import pytest
from django.conf import settings

from crm.imports.actions import run_import
from crm.imports.tasks import import_file
from crm.readers.models import ConsentEvent
from ops import local
from tests import factories, servers
from tests.crm.imports.building import TABLE, batch_of

pytestmark = pytest.mark.django_db(transaction=True)

SWEEP_JOBS = "from crm.jobs.tasks import sweep_jobs; sweep_jobs()"
SWEEP_TABLES = "from crm.imports.staging import drop_orphans; drop_orphans()"


def ask(url: str, statement: str) -> list[tuple]:
    with closing(psycopg2.connect(url)) as other, other.cursor() as cursor:
        cursor.execute(statement)
        found = cursor.fetchall() if cursor.description else []
        other.commit()
        return found


def test_postgresql_stopped_in_the_middle_of_an_import_loses_and_doubles_nothing(tmp_path):
    """Fault 4. What was begun is undone by PostgreSQL; the sweep sends the job once more."""
    librarian = factories.UserFactory(role="librarian")
    job = run_import(batch=batch_of(TABLE, librarian), by=librarian)
    with servers.valkey(tmp_path) as broker, servers.postgres(tmp_path) as database:
        database.copy_of_the_tests()
        url = database.addresses()["DATABASE_OWNER_URL"]
        changes = {
            **database.addresses(),
            "REDIS_URL": broker.url(),
            "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        }

        def run(script: str) -> None:
            command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", script]
            subprocess.run(command, cwd=local.BASE_DIR, env=os.environ | changes, check=True)

        def send() -> None:
            """Old enough for the sweep, and with a worker that has not been heard of."""
            ask(url, "UPDATE crm_job SET created_at = now() - interval '1 hour'")
            ask(url, "UPDATE crm_job SET beat_at = now() - interval '1 hour'")
            run(SWEEP_JOBS)

        def state() -> str:
            return ask(url, "SELECT state FROM crm_job")[0][0]

        def is_merging() -> bool:
            waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'relation'"
            return bool(ask(url, waiting))

        with servers.worker(tmp_path / "worker.log", queues="default", **changes):
            # Somebody holds the readers, so that the merge has begun and cannot end.
            holding = psycopg2.connect(url)
            holding.cursor().execute("LOCK TABLE crm_reader IN ACCESS EXCLUSIVE MODE")
            send()
            servers.wait_for(is_merging, 60)
            database.crash()
            database.start()
            assert ask(url, "SELECT count(*) FROM crm_reader") == [(0,)]

            send()
            servers.wait_for(lambda: state() == "done", 60)

        assert ask(url, "SELECT number FROM crm_reader ORDER BY 1") == [("A1",), ("A2",), ("A3",)]
        # As the same import leaves them where nothing happens to it.
        import_file(job.pk)
        events = ConsentEvent.objects.count()
        assert ask(url, "SELECT count(*) FROM crm_consentevent") == [(events,)]
        assert ask(url, "SELECT state, created FROM crm_importbatch") == [("done", 3)]
        run(SWEEP_TABLES)
        staged = "SELECT 1 FROM pg_tables WHERE schemaname = 'staging'"
        assert ask(url, staged) == []
