"""A bare Debian in a folder, in which the instructions of the Dockerfile are carried out."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from ops.bootstrap import run_telling, say
from ops.rehearsal.image import Instruction
from ops.servers.processes import LocalError

#: What each base image is, as far as a Debian can stand for it: suite and packages.
BASES = {"python:3.11-slim": ("bookworm", ["python3.11", "python3-venv", "ca-certificates"])}
#: Where the site's own certificate authorities are; a build behind one must trust them too.
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ROOT_USER = "root"


@dataclass
class BareRoot:
    """The root folder of an image, and what the instructions so far have set."""

    folder: Path
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": PATH, "LANG": "C.UTF-8"})
    workdir: str = "/"
    user: str = ROOT_USER
    command: list[str] = field(default_factory=list)
    volumes: list[str] = field(default_factory=list)

    def build(self, instructions: list[Instruction], source: Path, files: list[str]) -> None:
        """Carry out all instructions; ``files`` of ``source`` are what COPY can see.

        CalledProcessError or LocalError where one cannot be carried out; what was made until then
        stays.
        """
        for instruction in instructions:
            say(f"{instruction.name} {instruction.text}")
            self._carry_out(instruction, source, files)

    def _carry_out(self, instruction: Instruction, source: Path, files: list[str]) -> None:
        """One instruction; reading the file has refused those that the rehearsal does not know."""
        self.note(instruction)
        match instruction.name:
            case "FROM":
                self.begin(instruction.words()[0])
            case "WORKDIR":
                self.inside(self.workdir).mkdir(parents=True, exist_ok=True)
            case "RUN":
                self.run(["sh", "-c", instruction.text], user=ROOT_USER)
            case "COPY":
                self.copy(instruction.words(), source, files)

    def note(self, instruction: Instruction) -> None:
        """Keep what an instruction sets for those that follow it and for the services.

        A later one wins. Instructions that set nothing are passed over.
        """
        match instruction.name:
            case "ENV":
                self.environment |= instruction.pairs()
            case "WORKDIR":
                self.workdir = instruction.text
            case "USER":
                self.user = instruction.text
            case "VOLUME":
                self.volumes.append(instruction.text)
            case "CMD":
                self.command = instruction.command()

    def begin(self, base: str) -> None:
        """A Debian with Python where the base image has it; LocalError for an unknown base."""
        if base not in BASES:
            raise LocalError(f"the rehearsal does not know what {base} is made of")
        suite, packages = BASES[base]

        self._debootstrap(suite, packages)
        if CERTIFICATES.exists():
            shutil.copy(CERTIFICATES, self.inside(str(CERTIFICATES)))
        shutil.copy("/etc/resolv.conf", self.inside("/etc/resolv.conf"))
        # The base image has its own Python in /usr/local; Debian's refuses packages of its own.
        self.run(["python3.11", "-m", "venv", "/usr/local"], user=ROOT_USER)

    def _debootstrap(self, suite: str, packages: list[str]) -> None:
        """Fill the folder with a bare Debian; LocalError, which names the log, where that fails."""
        included = ",".join([*packages, "nginx-light"])
        command = ["debootstrap", "--variant=minbase", f"--include={included}", suite]
        log = self.folder.parent / "debootstrap.log"
        with log.open("wb") as output:
            code = run_telling(
                [*command, str(self.folder)],
                lambda: f"making a bare Debian {suite}",
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        if code:
            raise LocalError(f"debootstrap failed; its log is {log}")

    def copy(self, words: list[str], source: Path, files: list[str]) -> None:
        """COPY: everything below each named place, as far as the build may see it.

        ``files`` are names from ``source``; each keeps its path below the target, its mode and its
        times.
        """
        *places, target = words
        for name in files:
            if not is_in_one_of(places, name):
                continue
            copy = self.inside(str(Path(self.workdir, target, name)))
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, copy)

    def inside(self, path: str) -> Path:
        """Where a path of the image lies on this machine.

        ``path`` is absolute in the image; a relative one counts from its root, too.
        """
        return self.folder / path.lstrip("/")

    def chroot(self, command: list[str], user: str, variables: dict[str, str]) -> list[str]:
        """The command that runs ``command`` in this root, with these variables and no others."""
        settings = [f"{name}={value}" for name, value in variables.items()]
        shell = ["sh", "-c", 'cd "$0" && exec "$@"', self.workdir]
        return [
            "chroot",
            f"--userspec={user}:{user}",
            str(self.folder),
            "/usr/bin/env",
            "-i",
            *settings,
            *shell,
            *command,
        ]

    def run(self, command: list[str], *, user: str) -> None:
        """To its end, with a line now and then; LocalError with its log when it fails."""
        log = self.folder.parent / "build.log"
        with log.open("ab") as output:
            code = run_telling(
                self.chroot(command, user, self.environment),
                lambda: f"still at: {' '.join(command)[-60:]}",
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        if code:
            raise LocalError(f"{' '.join(command)} ended with {code}; the log is {log}")


def is_in_one_of(places: list[str], name: str) -> bool:
    """Whether a file is one of these places, or lies in one; all of them lie in the dot.

    ``places`` and ``name`` are relative to the same folder. A place that ends in a slash is none.
    """
    for place in places:
        if place in (".", name):
            return True
        if name.startswith(f"{place}/"):
            return True
    return False


def mounted(root: Path) -> None:
    """/proc and the few devices a program expects; only inside a mount namespace of our own."""
    for source, target, options in (
        ("proc", "proc", ["-t", "proc"]),
        ("/dev", "dev", ["--rbind"]),
    ):
        (root / target).mkdir(exist_ok=True)
        subprocess.run(["mount", *options, source, str(root / target)], check=True)


def is_possible() -> str:
    """Empty where a bare root can be made, else what is missing.

    One sentence: the first thing that is missing.
    """
    if os.geteuid() != 0:
        return "it needs root (chroot and a network of its own)"
    for program in ("debootstrap", "unshare", "chroot", "ip"):
        if shutil.which(program) is None:
            return f"it needs {program}: apt install debootstrap iproute2"
    return ""
