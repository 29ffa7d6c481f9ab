"""The services of the compose file, started one after another and asked how they are."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from ops.bootstrap import say
from ops.rehearsal.bareroot import PATH, BareRoot
from ops.rehearsal.composition import Service
from ops.servers import Postgres, Valkey
from ops.servers.account import account, run_as_account
from ops.servers.processes import LocalError, wait_until

#: Folder in the image of PostgreSQL whose scripts run when a cluster is made.
FIRST_START = "/docker-entrypoint-initdb.d"
#: Where the image of nginx keeps its configuration.
NGINX_CONF = "/etc/nginx/nginx.conf"


@dataclass
class Stage:
    """Everything that runs, each with its log, in the one bare root."""

    root: BareRoot
    source: Path
    logs: Path
    running: dict[str, subprocess.Popen] = field(default_factory=dict)

    def start(self, service: Service, others: list[Service]) -> None:
        """Start it and wait until it is healthy (or, for one that ends, until it has ended).

        ``others`` are all services. LocalError where it does not become healthy, ends with a fault,
        or where its image is unknown.
        """
        say(f"service {service.name}: {' '.join(self.command(service))}")
        self.running[service.name] = self.launch(service)

        if service.runs_to_its_end(others):
            self.wait_for_the_end(service)
        elif service.health is not None:
            self.wait_for_health(service)

    def run(self, service: Service) -> None:
        """A service that somebody runs by hand, to its end; LocalError where it fails."""
        say(f"service {service.name}: {' '.join(self.command(service))}")
        self.running[service.name] = self.launch(service)
        self.wait_for_the_end(service)
        say(f"  {self.last_words(service.name)}")

    def command(self, service: Service) -> list[str]:
        """What the service runs: its own command, or its image's.

        A list of words. The stand-in of Valkey is given its words by ``launch``.
        """
        if service.image.startswith("postgres:"):
            return ["postgres"]
        if service.image.startswith("nginx:"):
            return ["nginx", "-g", "daemon off;"]
        return service.command or self.root.command

    def launch(self, service: Service) -> subprocess.Popen:
        """Start the service, or what stands in for its image; LocalError for an unknown image.

        Returns at once; its output goes to a log under its name.
        """
        image = service.image.partition(":")[0]
        match image:
            case "":
                command = self.in_the_image(service, self.command(service))
            case "postgres":
                command = Database(self, service).prepared()
            case "valkey/valkey":
                command = [str(Valkey(self.logs).program), *service.command[1:]]
            case "nginx":
                command = self.nginx(service)
            case _:
                raise LocalError(f"the rehearsal has no stand-in for {service.image}")
        return self.spawn(service, command)

    def in_the_image(self, service: Service, command: list[str]) -> list[str]:
        """The command as it runs in the image, with the service's own variables."""
        variables = self.root.environment | service.environment | {"HOSTNAME": service.name}
        return self.root.chroot(command, self.root.user, variables)

    def nginx(self, service: Service) -> list[str]:
        """Debian's nginx with the configuration that the compose file mounts."""
        shutil.copy(self.source / mounted_at(service, NGINX_CONF), self.root.inside(NGINX_CONF))
        return self.root.chroot(self.command(service), "root", {"PATH": PATH})

    def spawn(self, service: Service, command: list[str]) -> subprocess.Popen:
        """In the background, under the host name of its service, with a log of its own."""
        named = ["unshare", "--uts", "sh", "-c", 'hostname "$0" && exec "$@"', service.name]
        log = (self.logs / f"{service.name}.log").open("ab")
        return subprocess.Popen(
            [*named, *command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd="/",
        )

    def wait_for_the_end(self, service: Service) -> None:
        """Waits up to five minutes; raises LocalError where the service ended with a fault.

        TimeoutExpired after that time. The service does not count as running afterwards.
        """
        code = self.running.pop(service.name).wait(timeout=300)
        if code:
            raise LocalError(f"{service.name} ended with {code}: {self.last_words(service.name)}")

    def wait_for_health(self, service: Service) -> None:
        """Waits as the composition does; raises LocalError with the last lines of the log.

        As long as ``HealthCheck.patience`` says. The service must have a health check.
        """
        started = time.monotonic()
        if not wait_until(lambda: self.is_healthy(service), service.health.patience()):
            raise LocalError(f"{service.name} is not healthy: {self.last_words(service.name)}")
        say(f"  healthy after {time.monotonic() - started:.1f} s")

    def is_healthy(self, service: Service) -> bool:
        """Ask once, by the command of the compose file; LocalError when the service has ended."""
        if self.running[service.name].poll() is not None:
            raise LocalError(f"{service.name} ended: {self.last_words(service.name)}")
        command = self.health_command(service)
        with contextlib.suppress(subprocess.TimeoutExpired):
            done = subprocess.run(
                command, capture_output=True, check=False, timeout=service.health.timeout, cwd="/"
            )
            if done.returncode == 0:
                return True
        # Not a pause for the service's sake: asking takes CPU from what is being asked.
        time.sleep(0.5)
        return False

    def health_command(self, service: Service) -> list[str]:
        """The service's health check, as this machine can run it.

        Of a service of our image in that image; of PostgreSQL with this machine's own programs.
        """
        words = service.health.command
        match service.image.partition(":")[0]:
            case "":
                return self.in_the_image(service, words)
            case "postgres":
                programs = Postgres(self.logs).programs
                return ["env", f"PATH={programs}:{PATH}", "PGHOST=127.0.0.1", *words]
            case "valkey/valkey":
                # The wheel brings no client: the same question, asked by hand.
                return ["python3", "-c", ASK_VALKEY, service.environment["VALKEY_PASSWORD"]]
            case _:
                return self.root.chroot(words, "root", {"PATH": PATH})

    def last_words(self, name: str) -> str:
        """The last three lines of a service's log, as one."""
        lines = (self.logs / f"{name}.log").read_text(errors="replace").strip().splitlines()
        return " | ".join(lines[-3:])

    def stop(self, services: list[Service]) -> dict[str, float]:
        """Ask all to end, the last started first; seconds each took. Kills what outstays its
        grace.

        By name. A service that does not run is passed over and has no entry.
        """
        took = {}
        for service in reversed(services):
            process = self.running.pop(service.name, None)
            if process is not None:
                took[service.name] = ended(process, service.grace)
        return took


def ended(process: subprocess.Popen, grace: float) -> float:
    """Seconds the process needed to end after SIGTERM; LocalError when it had to be killed."""
    started = time.monotonic()
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=grace)
    except subprocess.TimeoutExpired:
        process.kill()
        raise LocalError(f"process {process.pid} did not end within {grace:.0f} s") from None
    return time.monotonic() - started


def mounted_at(service: Service, target: str) -> str:
    """The file of the repository that a service mounts at ``target``.

    Relative to the composition, as it is written there. LocalError where it mounts nothing there.
    """
    for volume in service.volumes:
        source, _colon, rest = volume.partition(":")
        if rest.partition(":")[0] == target:
            return source
    raise LocalError(f"{service.name} mounts nothing at {target}")


#: PING as a program without a client sends it.
ASK_VALKEY = (
    "import socket, sys; s = socket.create_connection(('127.0.0.1', 6379), 3);"
    " s.sendall(f'AUTH {sys.argv[1]}\\r\\nPING\\r\\n'.encode());"
    " f = s.makefile('rb'); f.readline(); assert f.readline().startswith(b'+PONG')"
)


@dataclass
class Database:
    """What PostgreSQL's image does at its first start, done with the wheel's programs."""

    stage: Stage
    service: Service

    @property
    def data(self) -> Path:
        """The folder of the cluster's files.

        It need not be there yet.
        """
        return self.stage.logs / "cluster"

    @property
    def programs(self) -> Path:
        """The folder of PostgreSQL's own programs."""
        return Postgres(self.stage.logs).programs

    def prepared(self) -> list[str]:
        """Make the cluster, run the scripts of the first start; the command that serves it."""
        self.initdb()

        start = [
            self.programs / "pg_ctl",
            "-w",
            "-s",
            "-D",
            self.data,
            "-l",
            self.data / "first.log",
        ]
        run_as_account([*start, "start"])
        try:
            self.first_start()
        finally:
            run_as_account([self.programs / "pg_ctl", "-w", "-s", "-D", self.data, "stop"])

        return [*self.as_account(), str(self.programs / "postgres"), "-D", str(self.data)]

    def initdb(self) -> None:
        """Make a cluster as the image of PostgreSQL does."""
        variables = self.service.environment
        password = self.stage.logs / "password"
        password.write_text(variables["POSTGRES_PASSWORD"])
        arguments = variables.get("POSTGRES_INITDB_ARGS", "").split()
        access = ["--auth-host=scram-sha-256", "--auth-local=trust", f"--pwfile={password}"]
        user = ["-U", variables["POSTGRES_USER"]]
        run_as_account([self.programs / "initdb", "-D", self.data, *user, *access, *arguments])

        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write("listen_addresses = '127.0.0.1'\n")
            conf.write(f"unix_socket_directories = '{self.data}'\n")

    def first_start(self) -> None:
        """The database, then every mounted script in the order of their names."""
        variables = self.service.environment
        self.psql("postgres", "-c", f'CREATE DATABASE "{variables["POSTGRES_DB"]}"')
        for script in self.scripts():
            say(f"  first start: {script.name}")
            if script.suffix == ".sql":
                self.psql(variables["POSTGRES_DB"], "-f", str(script))
            else:
                subprocess.run(
                    ["sh", str(script)], check=True, cwd="/", env=self.environment(), timeout=120
                )

    def scripts(self) -> list[Path]:
        """What the database runs when it starts for the first time, in order.

        Whole paths; of a folder that is mounted its files, in the order of their names.
        """
        found = []
        for volume in self.service.volumes:
            source, _colon, target = volume.partition(":")
            if not target.startswith(FIRST_START):
                continue

            place = self.stage.source / source
            if place.is_file():
                found.append(place)
            else:
                found += sorted(place.iterdir())
        return found

    def environment(self) -> dict[str, str]:
        """What a script of the first start sees, ``psql`` on its path included."""
        variables = dict(self.service.environment)
        variables["PATH"] = f"{self.programs}:{PATH}"
        variables["PGHOST"] = str(self.data)
        variables["PGUSER"] = variables["POSTGRES_USER"]
        return variables

    def psql(self, database: str, *arguments: str) -> None:
        """Runs psql; CalledProcessError at the first statement that fails."""
        command = [str(self.programs / "psql"), "-v", "ON_ERROR_STOP=1", "-q", "-d", database]
        subprocess.run([*command, *arguments], check=True, cwd="/", env=self.environment())

    @staticmethod
    def as_account() -> list[str]:
        """The words before a command that make it run as the servers' account."""
        return list(account().prefix)


def user_of(process: subprocess.Popen) -> int:
    """The user number a program runs as: of its youngest descendant, past the wrappers.

    FileNotFoundError for a process that has ended.
    """
    pid = process.pid
    while children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        pid = int(children[-1])
    return os.stat(f"/proc/{pid}").st_uid
