"""The workers of the composition and of ``make demo``, started for real."""

import re
import socket
from contextlib import ExitStack, contextmanager

import pytest
import yaml

from config.celery import app as celery
from crm.jobs.actions import start_job
from crm.jobs.models import Job
from ops import local, supervisor
from tests import factories, servers
from tests.crm.imports.building import TABLE, batch_of

pytestmark = pytest.mark.django_db(transaction=True)
#: Of a worker's command: its queues, and how many processes it has.
WORKER = re.compile(r"celery -A config worker .*?-Q ([\w,]+) -c (\d+)")


def composed() -> list[str]:
    document = yaml.safe_load((local.BASE_DIR / "docker-compose.yml").read_text())
    return [entry.get("command", "") for entry in document["services"].values()]


def workers_of(commands: list) -> list[tuple[str, int]]:
    """[(queues, processes)] of the commands that are workers."""
    found = [WORKER.search(command) for command in commands if isinstance(command, str)]
    return [(match[1], int(match[2])) for match in found if match]


@contextmanager
def frozen_mail_server():
    """It takes every connection and never says a word; gives its port and who came."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        listening.settimeout(60)
        yield listening


@pytest.mark.slow
@pytest.mark.parametrize(
    "commands", [composed(), [supervisor.WORKER, supervisor.DELIVER]], ids=["compose", "demo"]
)
def test_an_import_does_not_wait_for_a_frozen_mail_server(commands, tmp_path):
    """Fault 48. As many runs as may speak to a mail server are held, and nothing else."""
    factories.LetterFactory.create_batch(3)
    librarian = factories.UserFactory(role="librarian")
    started = workers_of(commands)

    with (
        servers.valkey(tmp_path) as broker,
        frozen_mail_server() as mail,
        ExitStack() as running,
    ):
        workers = []
        changes = {
            "REDIS_URL": broker.url(),
            "EMAIL_URL": f"smtp://127.0.0.1:{mail.getsockname()[1]}",
            # Longer than this test waits for anything.
            "EMAIL_TIMEOUT": "200",
        }
        for number, (queues, processes) in enumerate(started):
            log = tmp_path / f"worker{number}.log"
            worker = servers.worker(log, queues=queues, concurrency=processes, **changes)
            workers.append(running.enter_context(worker))

        with celery.connection_for_write(url=broker_address(broker)) as telling:
            for _ in range(4):
                celery.send_task("crm.tasks.send_letters", queue="deliver", connection=telling)
            # Both slots of letters hang at the mail server, and hold their process.
            held = [mail.accept()[0] for _ in range(2)]
            batch = batch_of(TABLE, librarian)
            job = start_job(
                kind="crm.import_file", title="Import", by=librarian, params={"batch": batch.pk}
            )
            celery.send_task(job.kind, args=[job.pk], connection=telling)
            servers.wait_for(lambda: Job.objects.get(pk=job.pk).state == Job.State.DONE, 60)
            # Nothing is left to be seen: who is asked to end waits for the mail server first.
            for worker in workers:
                worker.kill()
            for connection in held:
                connection.close()


def broker_address(broker: servers.Broker) -> str:
    return broker.url().replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")


def test_mail_and_the_rest_have_no_worker_in_common():
    queues = [set(names.split(",")) for names, _processes in workers_of(composed())]
    assert sorted(map(sorted, queues)) == [["compute", "default"], ["deliver"]]
