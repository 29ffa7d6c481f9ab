"""The private half of the key of anonymous answers: the worker has it, and nothing else."""

import os
import stat

import pytest
import yaml
from django.utils import timezone

from feedback.surveys import anonymity, keys, sealing
from feedback.surveys.models import AnswerKey, HeldAnswer
from ops import answers_key, backup, local, supervisor
from ops.servers import LocalError
from tests import servers
from tests.feedback.building import fill, published


def test_key_is_made_once_and_readable_for_its_owner_only(tmp_path, monkeypatch):
    monkeypatch.delenv(answers_key.NAME)
    made = answers_key.own_key(tmp_path)
    assert answers_key.own_key(tmp_path) == made
    assert stat.S_IMODE((tmp_path / "answers_key").stat().st_mode) == 0o600
    assert len(answers_key.public_half(made)) == 32
    monkeypatch.setenv(answers_key.NAME, "from elsewhere")
    assert answers_key.own_key(tmp_path) == "from elsewhere"


def test_worker_alone_is_given_the_key(tmp_path, monkeypatch):
    monkeypatch.setenv(answers_key.NAME, "a secret")
    monkeypatch.setenv("MAILBOX_DIR", str(tmp_path))
    given = {}
    for child in supervisor.children(tmp_path, "127.0.0.1", 8000, 2525):
        given[child.name] = child.secrets
    assert given.pop("worker") == {answers_key.NAME: "a secret"}
    assert given == {"web": {}, "mail": {}, "deliver": {}, "beat": {}}
    assert answers_key.NAME not in os.environ


def test_program_of_a_child_sees_its_secrets_and_its_neighbour_does_not(tmp_path):
    command = ["sh", "-c", f"echo key=${answers_key.NAME}"]
    for name, secrets in (("worker", {answers_key.NAME: "a secret"}), ("web", {})):
        environment = {answers_key.NAME: ""} | secrets
        child = supervisor.Child(name, command, tmp_path, secrets=environment)
        child.start()
        child.process.wait(30)
    assert (tmp_path / "worker.log").read_text() == "key=a secret\n"
    assert (tmp_path / "web.log").read_text() == "key=\n"


def test_no_backup_and_no_other_service_has_it():
    assert answers_key.NAME not in backup.KEYS
    assert answers_key.NAME not in backup.keys_text()
    services = yaml.safe_load((local.BASE_DIR / "docker-compose.yml").read_text())["services"]
    readers = [name for name, said in services.items() if "answers.env" in str(said)]
    assert readers == ["worker"]


@pytest.mark.django_db(transaction=True)
def test_pages_can_seal_before_a_worker_has_started(settings, client, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", servers.test_database_url())
    private = answers_key.new_key()
    answers_key.tell_database(private)
    answers_key.tell_database(private)
    assert AnswerKey.objects.count() == 1
    settings.ANSWERS_PRIVATE_KEY = ""
    survey = published(anonymous=True)
    fill(client, survey, 1)
    held = HeldAnswer.objects.get()
    assert bytes(held.key.public) == answers_key.public_half(private)
    assert "has something to open: True" in answers_key.status()
    settings.ANSWERS_PRIVATE_KEY = private
    assert len(anonymity.take(survey)) == 1
    assert keys.announce() == held.key_id
    assert AnswerKey.objects.get().opened_at <= timezone.now()
    answers_key.main(["new"])
    name, _equals, text = capsys.readouterr().out.strip().partition("=")
    settings.ANSWERS_PRIVATE_KEY = text
    assert (name, len(sealing.private_halves())) == (answers_key.NAME, 1)


def test_wrong_verb_says_which_there_are():
    with pytest.raises(LocalError, match="new | status"):
        answers_key.main(["show"])
