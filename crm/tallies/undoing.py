"""Taking a file of counts back: what other files said of the same days holds again."""

from crm.imports.counts import UndoneImport
from crm.imports.models import ImportBatch
from crm.imports.turns import take_turn
from crm.tallies.covering import cover_anew
from crm.tallies.loading import source_of
from crm.tallies.models import Tally


def take_back(batch: ImportBatch) -> UndoneImport:
    """Remove the batch's numbers and write anew what is covered; what was corrected by hand stays,
    and so do the measures that the source is known by. Returns how many numbers went. Call inside a
    transaction that holds the batch; other imports of the same source wait for its end.
    """
    source = source_of(batch)
    take_turn(source.code)
    deleted, _by_model = Tally.objects.filter(batch=batch).delete()
    cover_anew(source)
    return UndoneImport(deleted, 0, 0)
