"""``manage.py import_readers FILE --profile NAME``.

The import of the desk, with its progress on the terminal.
"""

from pathlib import Path

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from core.localised import in_english
from crm.imports import working
from crm.imports.actions import run_import, upload_file
from crm.imports.models import ImportBatch, ImportProfile
from crm.imports.opening import Unreadable
from crm.imports.options import LEAVE, SAME
from crm.jobs.models import Job
from crm.jobs.running import run_job
from crm.staff.models import User

REFUSALS_SHOWN = 10


def profiles_in_words() -> str:
    """Each profile by its code, as the command takes it, and its name, as the desk shows it."""
    known = ImportProfile.objects.order_by("code").values_list("code", "name")
    return ", ".join(f"{code} ({name})" for code, name in known)


class Command(BaseCommand):
    help = "Import readers from a CSV, TSV or XLSX file, all of it or nothing."
    # The checks load every page, with what draws charts: more memory than the import itself needs.
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--profile",
            required=True,
            help="code of a saved profile: sfpl, generic …; a wrong one lists all with their names",
        )
        parser.add_argument(
            "--other-people",
            choices=(SAME, LEAVE),
            default="",
            help="what rows are that give a reader's number and look like somebody else: the same"
            " people, or left out; without it such a file is refused whole",
        )
        parser.add_argument("--as-user", help="user name the import is written down under")

    @in_english
    def handle(self, *, file, profile, as_user, other_people, **_options):
        """Import the file here and now. CommandError where the file, the profile or the user is no
        good.
        """
        how_to_read = self.profile_named(profile)
        by = self.user_named(as_user)
        batch = self.upload(file, how_to_read, by)
        if other_people:
            # However many there are: nobody sits before a preview.
            batch.options["if_another_person"] = other_people
            batch.save(update_fields=["options"])

        job = run_import(batch=batch, by=by)
        # Here and now: a terminal has nobody who would come back for a job of the worker.
        run_job(job.pk, self.work)

        # Both were written by the job, through rows of its own.
        job.refresh_from_db()
        batch.refresh_from_db()
        self.tell(job, batch)

    def profile_named(self, code: str) -> ImportProfile:
        """Raises CommandError, with the codes there are, for one that is not known."""
        profile = ImportProfile.objects.filter(code=code).first()
        if profile is None:
            raise CommandError(f"No such profile. There are: {profiles_in_words()}")
        return profile

    def user_named(self, name: str | None) -> User | None:
        """None where no name was given: the import is then nobody's."""
        if not name:
            return None

        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"No user is named {name}.")
        return user

    def upload(self, path: Path, profile: ImportProfile, by: User | None) -> ImportBatch:
        """The file as a batch; CommandError where it cannot be read."""
        try:
            with path.open("rb") as file:
                return upload_file(file=File(file, name=path.name), profile=profile, by=by)
        except (OSError, Unreadable) as error:
            raise CommandError(str(error)) from error

    def work(self, job: Job):
        """What the worker would do, with the progress written here."""

        def tell_progress(done: int) -> None:
            self.stdout.write(f"{done:>10,} rows read")

        return working.import_job(job, tell=tell_progress)

    def tell(self, job: Job, batch: ImportBatch) -> None:
        """Write the result and the first refusals; CommandError where the import was not done."""
        if job.state != Job.State.DONE:
            raise CommandError(job.message_in_words or f"The import is {job.get_state_display()}.")
        self.stdout.write(
            f"{batch.rows:,} rows: {batch.created:,} new, {batch.changed:,} changed, "
            f"{batch.unchanged:,} unchanged, {batch.refused:,} refused."
        )
        # The first ones show what is wrong with the file; the desk has them all.
        for refusal in batch.refusals.all()[:REFUSALS_SHOWN]:
            self.stderr.write(f"line {refusal.line}: {refusal.said}")
