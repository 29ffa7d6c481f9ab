"""``python -m ops.rehearsal``: build the image's root, start the composition, ask it, stop it."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from ops.bootstrap import say
from ops.rehearsal import bareroot, composition, image
from ops.rehearsal.bareroot import BareRoot
from ops.rehearsal.composition import Service
from ops.rehearsal.services import Database, Stage, user_of
from ops.servers.processes import LocalError

SOURCE = Path(__file__).resolve().parents[2]
#: What an installation must fill in, filled in for the rehearsal.
FILLED_IN = {
    "SECRET_KEY": "rehearsal-" + "k" * 50,
    "PRIVACY_KEY": "rehearsal-" + "p" * 50,
    "POSTGRES_PASSWORD": "rehearsal-of-owner-1",
    "PORTAL_PASSWORD": "rehearsal-of-portal-2",
    "VALKEY_PASSWORD": "rehearsal-of-valkey-3",
    "BASE_URL": "https://library.example.org",
    "ALLOWED_HOSTS": "library.example.org,127.0.0.1",
    "EMAIL_URL": "smtp://127.0.0.1:2525",
}
#: What is stopped, in this order, before a database is put in the place of another (docs/ops.md).
WRITERS = ("web", "worker", "deliver", "beat")
#: What the start-up check calls a backup that is too old, or missing.
NO_BACKUP = "There is no backup"
#: How the old database makes way for an empty one.
EMPTY_DATABASE = [
    "ALTER DATABASE huixiang RENAME TO huixiang_before",
    "CREATE DATABASE huixiang",
]
#: The door in front, as the compose file publishes it inside.
FRONT = "http://127.0.0.1:8080"
#: What the proxy that ends TLS says of a visitor.
FROM_OUTSIDE = {"Host": "library.example.org", "X-Forwarded-Proto": "https"}
#: What is asked through the door in front: address, the status it must answer.
QUESTIONS = [
    ("/", 200),
    ("/accounts/login/", 200),
    ("/static/staticfiles.json", 200),
    ("/desk/", 302),
    ("/nothing-here/", 404),
]


def main(arguments: list[str]) -> int:
    """By an engine where there is one, else by hand; ``stage`` is the second process of that.

    Returns the exit code: 1 where something that was rehearsed did not do what it must. ``stage``
    is followed by the folder.
    """
    try:
        if arguments[:1] == ["stage"]:
            on_stage(Path(arguments[1]))
        elif has_engine():
            by_engine()
        else:
            by_hand()
    except LocalError as error:
        say(f"rehearsal: {error}")
        return 1
    return 0


# --- with an engine -------------------------------------------------------------------------------
def has_engine() -> bool:
    """Whether a Docker engine answers on this machine.

    False also where the program is there and the engine does not run, or may not be asked.
    """
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0


def by_engine() -> None:
    """The composition itself, in a copy of the repository with a filled-in ``.env``."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "clone", "-q", str(SOURCE), folder], check=True)
        write_variables(Path(folder))
        compose = ["docker", "compose", "--project-directory", folder]
        try:
            subprocess.run([*compose, "up", "--build", "--detach", "--wait"], check=True)
            front = f"http://127.0.0.1:{variables_of(Path(folder)).get('PORT', '8000')}"
            ask(front)
            back_up_and_restore_by_engine(compose)
            ask(front)
        finally:
            subprocess.run([*compose, "down", "--volumes"], check=True)


def back_up_and_restore_by_engine(compose: list[str]) -> None:
    """As ``back_up_and_restore``, by the engine."""
    saving = subprocess.run(
        [*compose, "run", "--rm", "backup"], check=True, capture_output=True, text=True
    )
    saved = saving.stdout.strip().rpartition("/")[2]
    subprocess.run([*compose, "stop", *WRITERS], check=True)
    for statement in EMPTY_DATABASE:
        psql = ["psql", "-U", "huixiang", "-d", "postgres", "-c", statement]
        subprocess.run([*compose, "exec", "-T", "db", *psql], check=True)
    variables = os.environ | {"RESTORE": saved, "ERASED": "none"}
    subprocess.run([*compose, "run", "--rm", "restore"], check=True, env=variables)
    subprocess.run([*compose, "up", "--detach", "--wait"], check=True)


# --- without one ----------------------------------------------------------------------------------
def by_hand() -> None:
    """The bare root with the network, then everything else in a network of its own."""
    missing = bareroot.is_possible()
    if missing:
        raise LocalError(missing)

    folder = Path(tempfile.mkdtemp(prefix="rehearsal-"))
    folder.chmod(0o755)
    try:
        started = time.monotonic()
        build(folder)
        say(f"built in {time.monotonic() - started:.0f} s; from here on without a network")
        isolated = [
            "unshare",
            "--net",
            "--mount",
            "--pid",
            "--mount-proc",
            "--fork",
            "--kill-child",
        ]
        again = [sys.executable, "-m", "ops.rehearsal", "stage", str(folder)]
        code = subprocess.run([*isolated, *again], cwd=SOURCE, check=False).returncode
        if code:
            raise LocalError(f"the composition did not do what it must; logs are in {folder}")
    except BaseException:
        say(f"what was made stays in {folder}")
        raise
    shutil.rmtree(folder)
    say("Rehearsed: every command of the Dockerfile and of docker-compose.yml was executed.")


def tracked() -> list[str]:
    """Names of the files that a checkout has."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=SOURCE, capture_output=True, text=True, check=True
    )
    return list(filter(None, listed.stdout.split("\0")))


def build(folder: Path) -> None:
    """Builds the image's file system in ``folder`` by the lines of the Dockerfile."""
    root = BareRoot(folder / "root")
    instructions = image.instructions_of((SOURCE / "Dockerfile").read_text())
    root.build(instructions, SOURCE, image.context(SOURCE, tracked()))


def described() -> BareRoot:
    """What the instructions set, without carrying any out: for the second process.

    Its folder is the present one and nothing is written into it.
    """
    root = BareRoot(Path())
    for instruction in image.instructions_of((SOURCE / "Dockerfile").read_text()):
        root.note(instruction)
    return root


def variables_of(folder: Path) -> dict[str, str]:
    """The variables of the installation, as its .env file gives them.

    {name: value}; OSError where ``write_variables`` has not been called.
    """
    return composition.env_file((folder / ".env").read_text())


def write_variables(folder: Path) -> None:
    """``.env.example`` with what an installation must fill in.

    Into ``.env`` of the folder; ``FILLED_IN`` wins over the example.
    """
    variables = composition.env_file((SOURCE / ".env.example").read_text()) | FILLED_IN
    lines = [f"{name}={value}\n" for name, value in variables.items()]
    (folder / ".env").write_text("".join(lines))


def on_stage(folder: Path) -> None:
    """Start all services in order, ask them, stop them."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    root = described()
    root.folder = folder / "root"
    bareroot.mounted(root.folder)

    write_variables(folder)
    services = composition.read(SOURCE, variables_of(folder))
    name_services(root, services)

    logs = folder / "logs"
    logs.mkdir()
    stage = Stage(root, SOURCE, logs)
    try:
        standing = [service for service in services if not service.profiles]
        for service in standing:
            stage.start(service, services)
        check_users(stage, standing)
        ask(FRONT)
        back_up_and_restore(stage, by_name(services))
        say("stopping")
        for name, took in stage.stop(services).items():
            say(f"  {name} ended in {took:.1f} s")
    finally:
        for process in stage.running.values():
            process.kill()


def by_name(services: list[Service]) -> dict[str, Service]:
    """The services by the names that the composition gives them.

    A name that stands twice is the last one's.
    """
    return {service.name: service for service in services}


def back_up_and_restore(stage: Stage, services: dict[str, Service]) -> None:
    """By the commands of docs/ops.md; pages are asked again of what came back.

    LocalError where the check of a start is wrong about the age of the backup, before or after.
    """
    missed_before = misses_backup(stage, services["web"])
    stage.run(services["backup"])
    (saved,) = stage.root.inside("/backups").glob("*.tar")
    if not missed_before or misses_backup(stage, services["web"]):
        raise LocalError("the start-up check does not see the age of the backup")

    for name in WRITERS:
        stage.stop([services[name]])
    for statement in EMPTY_DATABASE:
        Database(stage, services["db"]).psql("postgres", "-c", statement)
    variables = variables_of(stage.logs.parent) | {"RESTORE": saved.name, "ERASED": "none"}
    again = by_name(composition.read(SOURCE, variables))
    stage.run(again["restore"])
    for name in reversed(WRITERS):
        stage.start(services[name], [])
    ask(FRONT)


def misses_backup(stage: Stage, web: Service) -> bool:
    """Whether the start-up check of the web service says that there is no backup."""
    command = stage.in_the_image(web, ["python", "-m", "ops.start_check"])
    said = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    return NO_BACKUP in said.stdout + said.stderr


def name_services(root: BareRoot, services: list[Service]) -> None:
    """Each service under its own name, as the composition's network would have it.

    All of them are this machine: the file replaces the image's ``/etc/hosts``.
    """
    names = " ".join(service.name for service in services)
    root.inside("/etc/hosts").write_text(f"127.0.0.1 localhost {names}\n")


def check_users(stage: Stage, services: list[Service]) -> None:
    """LocalError for a service of our image that runs as root.

    Services of other images, and those that do not run any more, are passed over.
    """
    for service in services:
        process = stage.running.get(service.name)
        if process is None or service.image:
            continue
        uid = user_of(process)
        say(f"service {service.name} runs as user {uid}")
        if uid == 0:
            raise LocalError(f"{service.name} runs as root")


def ask(front: str) -> None:
    """Every question through the door in front; LocalError for another answer.

    Statuses are compared as numbers and redirects are not followed. ``front`` is an address without
    a path.
    """
    for address, expected in QUESTIONS:
        status = status_of(front + address)
        say(f"{address} answers {status}")
        if status != expected:
            raise LocalError(f"{address} answered {status}, not {expected}")


class Unfollowed(urllib.request.HTTPRedirectHandler):
    """A redirect is the answer, not the way to one."""

    def redirect_request(self, *_arguments):
        """Follows nothing: a redirect is an answer like any other."""
        return


def status_of(url: str) -> int:
    """The HTTP status of one address, asked for as from outside; redirects are not followed."""
    opener = urllib.request.build_opener(Unfollowed)
    try:
        with opener.open(urllib.request.Request(url, headers=FROM_OUTSIDE), timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
