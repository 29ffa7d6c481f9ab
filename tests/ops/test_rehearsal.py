"""What the rehearsal reads out of the Dockerfile and the compose file.

The rehearsal itself (`make rehearse`) needs root, a Debian mirror and minutes, and is no part of
the suite.
"""

import shutil

import pytest

from ops import local
from ops.rehearsal import composition, image
from ops.rehearsal.__main__ import FILLED_IN, described
from ops.rehearsal.services import NGINX_CONF, mounted_at
from ops.servers.processes import LocalError

VARIABLES = composition.env_file((local.BASE_DIR / ".env.example").read_text()) | FILLED_IN


def services() -> dict[str, composition.Service]:
    return {service.name: service for service in composition.read(local.BASE_DIR, VARIABLES)}


def test_every_instruction_of_the_dockerfile_can_be_rehearsed():
    found = image.instructions_of((local.BASE_DIR / "Dockerfile").read_text())
    assert [instruction.name for instruction in found][0] == "FROM"
    assert found[-1].command()[0] == "gunicorn"


def test_an_instruction_that_cannot_be_rehearsed_is_refused_with_its_line():
    with pytest.raises(LocalError, match="line 3: the rehearsal cannot do HEALTHCHECK"):
        image.instructions_of("FROM a\n# a comment\nHEALTHCHECK CMD true\n")


def test_lines_that_end_in_a_backslash_are_one_instruction():
    (run,) = image.instructions_of("RUN one \\\n    # between\n    && two\n")
    assert run.text == "one && two"


def test_variables_of_the_image():
    (env,) = image.instructions_of('ENV A=1 B="two words"')
    assert env.pairs() == {"A": "1", "B": "two words"}


def test_the_image_runs_as_somebody_who_is_not_root():
    assert described().user == "huixiang"
    assert described().workdir == "/app"


@pytest.mark.parametrize(
    ("name", "is_ignored"),
    [
        ("tests/conftest.py", True),
        ("crm/locale/zh_Hans/LC_MESSAGES/django.mo", True),
        ("crm/__pycache__/models.pyc", True),
        (".env", True),
        (".env.example", False),
        ("crm/models.py", False),
        ("ops/tests.py", False),
    ],
)
def test_what_the_build_does_not_see(name, is_ignored):
    assert (image.context(local.BASE_DIR, [name]) == []) == is_ignored


def test_services_come_after_those_they_depend_on():
    order = list(services())
    assert order.index("db") < order.index("migrate") < order.index("web") < order.index("proxy")


def test_every_service_is_asked_how_it_is():
    asked = {name for name, service in services().items() if service.health is not None}
    assert set(services()) - asked == {"migrate", "backup", "restore", "beat"}


def test_nothing_is_published_but_the_door_in_front_and_that_to_this_machine_only():
    published = {name: service.ports for name, service in services().items() if service.ports}
    assert published == {"proxy": ["127.0.0.1:8000:8080"]}


def test_the_door_in_front_has_its_configuration():
    assert (local.BASE_DIR / mounted_at(services()["proxy"], NGINX_CONF)).exists()


def test_a_variable_that_must_be_set_is_asked_for_by_name():
    empty = VARIABLES | {"POSTGRES_PASSWORD": ""}
    with pytest.raises(LocalError, match="POSTGRES_PASSWORD is empty: set it in .env"):
        composition.read(local.BASE_DIR, empty)


def test_no_service_that_goes_on_running_is_told_the_owner_of_the_tables():
    told = {}
    for name, service in services().items():
        if name == "db":
            continue
        secrets = [
            service.environment.get("DATABASE_OWNER_URL"),
            service.environment.get("POSTGRES_PASSWORD"),
        ]
        told[name] = any(secrets)
    assert {name for name, knows in told.items() if knows} == {"migrate", "backup", "restore"}
    assert "portal:" in services()["web"].environment["DATABASE_URL"]


def test_filling_in_as_compose_does():
    variables = {"A": "1", "EMPTY": ""}
    assert (
        composition.fill("${A} ${NONE:-other} ${EMPTY:-other} $${A}", variables)
        == "1 other other ${A}"
    )


def test_times_of_a_health_check():
    assert composition.seconds("1m30s") == 90
    assert composition.seconds("20s") == 20


def test_services_that_wait_for_each_other_are_refused(tmp_path):
    shutil.copy(local.BASE_DIR / ".env.example", tmp_path / ".env")
    (tmp_path / "docker-compose.yml").write_text(
        "services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, depends_on: [a]}\n"
    )
    with pytest.raises(LocalError, match="waiting for each other, or nobody: a, b"):
        composition.read(tmp_path, {})
