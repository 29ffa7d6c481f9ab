"""Reading a compose file: which services there are, in what order, and what each is given."""

import re
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import yaml

from ops.servers.processes import LocalError

#: ``$$``, ``${NAME}``, ``${NAME:-default}``, ``${NAME:?what to do}``.
VARIABLE = re.compile(r"\$(?:(\$)|\{(\w+)(?::([-?])([^}]*))?\})")
SECONDS = {"s": 1, "m": 60, "h": 3600}
#: What compose assumes of a health check that does not say.
INTERVAL, TIMEOUT, RETRIES = "30s", "30s", 3


@dataclass(frozen=True)
class HealthCheck:
    """A command that must end with 0; times in seconds."""

    command: list[str]
    interval: float
    timeout: float
    start_period: float
    retries: int

    def patience(self) -> float:
        """How long a service may need to become healthy.

        Seconds: the time to start, and every try with its pause.
        """
        return self.start_period + self.retries * (self.interval + self.timeout)


@dataclass(frozen=True)
class Service:
    """One service. ``image`` is empty for those of our own image."""

    name: str
    image: str
    command: list[str] | None
    environment: dict[str, str]
    depends_on: dict[str, str]
    health: HealthCheck | None
    volumes: list[str] = field(default_factory=list)
    ports: list[str] = field(default_factory=list)
    grace: float = 10
    profiles: list[str] = field(default_factory=list)

    def runs_to_its_end(self, others: list["Service"]) -> bool:
        """True for one that others wait for until it has completed (the migrations).

        ``others`` are all services of the file, itself among them if one likes.
        """
        conditions = [other.depends_on.get(self.name) for other in others]
        return "service_completed_successfully" in conditions


def read(folder: Path, variables: dict[str, str]) -> list[Service]:
    """The services of ``docker-compose.yml``, each after those it depends on.

    ``variables``: what the file's own ``${…}`` are filled with, the content of ``.env``.
    """
    document = yaml.safe_load((folder / "docker-compose.yml").read_text())
    filled = fill(document, variables)

    services = []
    for name, entry in filled["services"].items():
        services.append(_service(name, entry, variables))
    return in_order(services)


def fill(value, variables: dict[str, str]):
    """``value`` with the variables in all its texts replaced, as compose does it.

    Keys of a mapping stay as they are. A new value: what is given is not changed. LocalError for an
    empty variable that must have a value.
    """
    if isinstance(value, dict):
        return {key: fill(part, variables) for key, part in value.items()}
    if isinstance(value, list):
        return [fill(part, variables) for part in value]
    if isinstance(value, str):
        return VARIABLE.sub(partial(_filled, variables=variables), value)
    return value


def _filled(match: re.Match, variables: dict[str, str]) -> str:
    """What stands for one variable; LocalError for an empty one that must have a value."""
    dollar, name, mark, text = match.groups()
    if dollar:
        return "$"
    found = variables.get(name, "")
    if found:
        return found
    if mark == "?":
        raise LocalError(f"docker-compose.yml: {name} is empty: {text}")
    return text or ""


def env_file(text: str) -> dict[str, str]:
    """Variables of a ``.env``: ``NAME=value`` a line, comments left out.

    A line without an equals sign is a variable with an empty value; quotes are not taken off.
    """
    found = {}
    for line in text.splitlines():
        line = line.strip()
        if line and not line.startswith("#"):
            name, _equals, value = line.partition("=")
            found[name] = value
    return found


def _service(name: str, entry: dict, variables: dict[str, str]) -> Service:
    """One entry of the file; ``variables`` are given to a service that names the ``.env``."""
    environment = {}
    if "env_file" in entry:
        environment |= variables
    environment |= _environment(entry.get("environment", {}))

    image = entry.get("image", "")
    if "build" in entry:
        image = ""

    return Service(
        name=name,
        image=image,
        command=_command(entry.get("command")),
        environment=environment,
        depends_on=_depends_on(entry.get("depends_on", {})),
        health=_health(entry.get("healthcheck")),
        volumes=entry.get("volumes", []),
        ports=list(map(str, entry.get("ports", []))),
        grace=seconds(entry.get("stop_grace_period", "10s")),
        profiles=entry.get("profiles", []),
    )


def _environment(entry: dict | list) -> dict[str, str]:
    """Variables of a service, which compose takes as a list of ``NAME=value`` or as a mapping."""
    if isinstance(entry, list):
        return env_file("\n".join(entry))
    return {key: str(value) for key, value in entry.items()}


def _command(entry: str | list | None) -> list[str] | None:
    """The words of a command; one that is a text goes through a shell's splitting, not a shell."""
    if isinstance(entry, str):
        return entry.split()
    return entry


def _depends_on(entry: dict | list) -> dict[str, str]:
    """{service: what must be true of it}; a plain list asks only that it was started."""
    if isinstance(entry, list):
        return dict.fromkeys(entry, "service_started")
    return {name: how["condition"] for name, how in entry.items()}


def _health(entry: dict | None) -> HealthCheck | None:
    """The check, with compose's own values for what it leaves out; None where there is none."""
    if entry is None:
        return None
    return HealthCheck(
        command=_test_command(entry["test"]),
        interval=seconds(entry.get("interval", INTERVAL)),
        timeout=seconds(entry.get("timeout", TIMEOUT)),
        start_period=seconds(entry.get("start_period", "0s")),
        retries=entry.get("retries", RETRIES),
    )


def _test_command(test: str | list[str]) -> list[str]:
    """The command of a health check; a text and what follows CMD-SHELL are for a shell."""
    if isinstance(test, str):
        return ["sh", "-c", test]
    if test[0] == "CMD-SHELL":
        return ["sh", "-c", test[1]]
    return test[1:]


def seconds(text: str) -> float:
    """``1m30s`` as 90.

    Hours, minutes and seconds; 0 for a text without any.
    """
    return sum(float(number) * SECONDS[unit] for number, unit in re.findall(r"(\d+)([smh])", text))


def in_order(services: list[Service]) -> list[Service]:
    """Each service after those it depends on; LocalError for a circle or an unknown name.

    Those that are ready together keep the order in which they were given.
    """
    waiting = list(services)
    started: list[Service] = []
    while waiting:
        names = {service.name for service in started}
        ready, later = [], []
        for service in waiting:
            if service.depends_on.keys() <= names:
                ready.append(service)
            else:
                later.append(service)

        if not ready:
            stuck = ", ".join(service.name for service in waiting)
            raise LocalError(f"docker-compose.yml: waiting for each other, or nobody: {stuck}")
        started += ready
        waiting = later
    return started
