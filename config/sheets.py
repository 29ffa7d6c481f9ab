"""Style sheets as ``collectstatic`` writes them: an entry is one file with all that it imports."""

from pathlib import Path

from django.contrib.staticfiles.storage import StaticFilesStorage

from ops.classes import COMMENT, whole_sheet


class WholeSheets(StaticFilesStorage):
    """Writes each style sheet whole and without its comments.

    A browser that follows the imports of an entry asks for dozens of files before it draws.
    """

    def post_process(self, paths, dry_run=False, **options):
        """Yields (name, name as written, True) of each sheet, as ``collectstatic`` expects.

        ``paths``: {name: (storage, path there)}. What is written follows from the source, or a
        change in an imported sheet would not reach an entry that was collected before.
        """
        sheets = [name for name in paths if name.endswith(".css") and not dry_run]
        for name in sheets:
            storage, path = paths[name]
            text = COMMENT.sub("", whole_sheet(Path(storage.path(path))))
            Path(self.path(name)).write_text(text)
            yield name, name, True
