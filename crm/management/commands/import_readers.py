"""``manage.py import_readers FILE --profile NAME``.

The import of the desk, with its progress on the terminal.
"""

from pathlib import Path

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from crm.imports import working
from crm.imports.actions import run_import, upload_readers
from crm.imports.models import ImportBatch, ImportProfile
from crm.imports.opening import Unreadable
from crm.jobs.models import Job
from crm.jobs.running import run_job
from crm.staff.models import User


class Command(BaseCommand):
    help = "Import readers from a CSV, TSV or XLSX file, all of it or nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--profile", required=True, help="code of a saved profile: sfpl, generic …"
        )
        parser.add_argument("--as-user", help="user name the import is written down under")

    def handle(self, *, file, profile, as_user, **_options):
        profile = ImportProfile.objects.filter(code=profile).first()
        if profile is None:
            codes = ", ".join(ImportProfile.objects.values_list("code", flat=True))
            raise CommandError(f"No such profile. There are: {codes}")
        by = User.objects.filter(username=as_user).first() if as_user else None
        if as_user and by is None:
            raise CommandError(f"No user is named {as_user}.")
        batch = self.upload(file, profile, by)
        job = run_import(batch=batch, by=by)
        run_job(job.pk, self.work)
        self.tell(Job.objects.get(pk=job.pk), ImportBatch.objects.get(pk=batch.pk))

    def upload(self, path: Path, profile, by) -> ImportBatch:
        try:
            with path.open("rb") as file:
                return upload_readers(file=File(file, name=path.name), profile=profile, by=by)
        except (OSError, Unreadable) as error:
            raise CommandError(str(error)) from error

    def work(self, job):
        return working.import_job(
            job, tell=lambda done: self.stdout.write(f"{done:>10,} rows read")
        )

    def tell(self, job: Job, batch: ImportBatch) -> None:
        if job.state != Job.State.DONE:
            raise CommandError(job.message or f"The import is {job.get_state_display()}.")
        self.stdout.write(
            f"{batch.rows:,} rows: {batch.created:,} new, {batch.changed:,} changed, "
            f"{batch.unchanged:,} unchanged, {batch.refused:,} refused."
        )
        for refusal in batch.refusals.all()[:10]:
            self.stderr.write(f"line {refusal.line}: {refusal.said}")
