"""The owner functions that join two readers and part them, written from the registry of holds.

The application may not change answers, the ledger of consent and who looked at whom; joining two
records of one person must. So, as erasing, it is done by functions of the database's owner with
every statement written out, made anew after each migration. A table that a room adds with its hold
is moved without a line here.

What stands where is noted row by row, so that taking apart gives everything back:

- a row **moves**, unless the kept record may have only one of its kind and has it;
- then it is set **aside** and kept as a text, where erasing would remove it too, or stays **loose**
  in the figures without a person, where erasing would leave it there;
- what is made anew every night, or is of the record and not of the person (``Hold.aside``), is set
  aside and not moved.
"""

from django.db import connections
from django.db.models import Field, ForeignKey, Model, UniqueConstraint

from core.holds import STAYS, Erase, Hold, registered
from crm.merges import months
from crm.merges.functions import (
    HEAD,
    JOIN,
    JOIN_ARGUMENTS,
    JOIN_FUNCTION,
    PART,
    PART_ARGUMENTS,
    PART_FUNCTION,
)
from crm.merges.models import MergedRow, MergeReason
from crm.readers.models import Reader, Suppression
from crm.readers.models.activity import FOLD_LOCK
from crm.readers.queries import PORTAL
from crm.staff.words import AuditAction

#: Columns that say which row it is; nothing that is joined changes them.
OF_THE_ROW = ("id", "source", "number", "count_key", "created_at", "import_batch_id")
#: Rows whose own statements stand in ``months``, and the row of the joining itself.
BY_THEMSELVES = {"crm.FoldedMonth", MergedRow._meta.label}
#: What is noted of a row that moves, where its key alone would not find it again.
NOTED = {"crm.Activity": months.ACTIVITY_NOTED}


def function_sql() -> str:
    """CREATE of both functions as the registry has it now, one text of several statements.

    The columns of the reader's row are written out, so a migration that adds one needs them anew.
    """
    columns = [field.column for field in Reader._meta.concrete_fields if field.column != "id"]
    said = {
        "head": HEAD,
        "lock": FOLD_LOCK,
        "portal": PORTAL,
        "listed": Suppression.JOINED,
        "written": MergedRow.How.WRITTEN,
        "reader": Reader._meta.label_lower,
        "ignored": as_array(ignored_triggers()),
        "fixed": as_array(OF_THE_ROW),
        "columns": ", ".join(columns),
        "values": ", ".join(f"p.{column}" for column in columns),
    }
    join = JOIN_FUNCTION.format(
        name=JOIN,
        arguments=JOIN_ARGUMENTS,
        reasons=as_array(MergeReason.values),
        moves="".join(map(to_the_kept, moved_holds())),
        months=months.join_sql(),
        joined=AuditAction.READER_MERGE,
        **said,
    )
    part = PART_FUNCTION.format(
        name=PART,
        arguments=PART_ARGUMENTS,
        moves="".join(map(back, moved_holds())),
        months=months.part_sql(),
        absent="".join(map(without_absent, keys_of_model(Reader))),
        parted=AuditAction.READER_PART,
        **said,
    )
    return join + part


def as_array(texts) -> str:
    """The texts as PostgreSQL writes an array of them; they must hold no comma, quote or brace."""
    return "{" + ",".join(texts) + "}"


def ignored_triggers() -> list[str]:
    """Triggers of the reader's row stand aside: what they would write is written here.

    Their names as ``pgtrigger.ignore`` wants them.
    """
    return [trigger.get_pgid(Reader) for trigger in Reader._meta.triggers]


def moved_holds() -> list[Hold]:
    """Holds whose rows bear the reader's key, in the order of the rooms.

    Lists of keys are left as they are: they are asked for all keys of a reader. Months that were
    counted, and the notes of a joining, have statements of their own.
    """
    return list(filter(is_moved, registered()))


def is_moved(hold: Hold) -> bool:
    """Whether each row of the hold is of one reader, and moves by the statements of this module."""
    is_list = hold.erase == Erase.TAKE_OUT
    return hold.is_direct and not is_list and hold.model not in BY_THEMSELVES


# --- to the kept record ---------------------------------------------------------------------------
def to_the_kept(hold: Hold) -> str:
    """The statements that give the rows of ``hold`` to the kept reader, and note each of them.

    Rows that the kept one may have only once, and has, go first: away, or into the figures without
    a person. ``v_merge``, ``v_kept`` and ``v_gone`` are the function's.
    """
    table, column = hold.model_class()._meta.db_table, column_of(hold)
    mine = f"d.{column} = v_gone"
    if hold.aside:
        return own_statement(hold.joins) + set_aside(hold, mine)

    before = ""
    taken = taken_already(hold)
    if taken:
        part_with = let_go if hold.erase in STAYS else set_aside
        before = part_with(hold, f"{mine} AND ({taken})")
    return (
        f"{before}{note(hold, MergedRow.How.MOVED, noted(hold), mine)}"
        f"    UPDATE {table} SET {column} = v_kept WHERE {column} = v_gone;\n"
    )


def own_statement(sql: str) -> str:
    """A statement that a hold brings along (``Hold.joins``, ``Hold.parts``), as a line of the
    function; empty where it brings none.
    """
    if not sql:
        return ""
    return f"    {sql};\n"


def set_aside(hold: Hold, where: str) -> str:
    """The rows go, and are kept as texts. ``where`` is SQL over the row ``d``."""
    table = hold.model_class()._meta.db_table
    noting = note(hold, MergedRow.How.ASIDE, "to_jsonb(d)", where)
    return f"{noting}    DELETE FROM {table} d WHERE {where};\n"


def let_go(hold: Hold, where: str) -> str:
    """The rows stay without a person, and are noted whole. ``where`` is SQL over the row ``d``.

    What ``Hold.lets_go`` names is written into them as well.
    """
    table = hold.model_class()._meta.db_table
    written = {column_of(hold): "NULL", **hold.lets_go}
    assigned = ", ".join(f"{name} = {value}" for name, value in written.items())
    noting = note(hold, MergedRow.How.LOOSE, "to_jsonb(d)", where)
    return f"{noting}    UPDATE {table} d SET {assigned} WHERE {where};\n"


def note(hold: Hold, how: str, what: str, where: str) -> str:
    """The statement that notes the rows ``d`` of a hold for which ``where`` holds.

    ``how`` is one of ``MergedRow.How``, ``what`` the SQL of the JSON that is kept of each.
    """
    table = hold.model_class()._meta.db_table
    return (
        f"    INSERT INTO crm_mergedrow (merge_id, model, how, was)\n"
        f"    SELECT v_merge, '{name_of(hold)}', '{how}', {what} FROM {table} d WHERE {where};\n"
    )


def noted(hold: Hold) -> str:
    """SQL: what is noted of a row that moves: its key but the reader's, as a JSON object.

    Of activities more, since a fold may take the row away (``months``).
    """
    if hold.model in NOTED:
        return NOTED[hold.model]
    pairs = [f"'{field.column}', d.{field.column}" for field in key_fields(hold)]
    return f"jsonb_build_object({', '.join(pairs)})"


def taken_already(hold: Hold) -> str:
    """SQL: whether the kept reader has the one row that may be theirs; empty where many may.

    Asks over the row ``d`` of the other one: the same in every column that makes it the one.
    """
    table, column = hold.model_class()._meta.db_table, column_of(hold)
    found = []
    for others in only_ones(hold):
        same = "".join(f" AND k.{other} = d.{other}" for other in others)
        found.append(f"EXISTS (SELECT FROM {table} k WHERE k.{column} = v_kept{same})")
    return " OR ".join(found)


def only_ones(hold: Hold) -> list[list[str]]:
    """The columns beside the reader's in each key or constraint that holds it once.

    Empty where a reader may have any number of rows; an empty list in it where a reader has one
    row. A constraint with a condition counts as one without: a row more is set aside.
    """
    model = hold.model_class()
    key = model._meta.get_field(hold.field)
    found = []
    for names in kept_once(model, key):
        if key.name in names:
            names.remove(key.name)
            found.append([model._meta.get_field(name).column for name in names])
    return found


def kept_once(model: type[Model], key: Field) -> list[list[str]]:
    """The names of the fields that together are there once: those of the model's key, of each
    constraint of that kind, and ``key`` itself where it is one of a kind. New lists each time.
    """
    groups = [[field.name for field in model._meta.pk_fields]]
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            groups.append(list(constraint.fields))
    if key.unique:
        groups.append([key.name])
    return groups


# --- and back -------------------------------------------------------------------------------------
def back(hold: Hold) -> str:
    """The statements that give the rows of ``hold`` back to the reader that is there again.

    Only rows that still are the kept reader's: what became of others since then stays. Rows that
    were let go get their person and their former values again.
    """
    statements = restored(hold)
    if hold.aside:
        return statements + own_statement(hold.parts)

    table, column = hold.model_class()._meta.db_table, column_of(hold)
    moved = (
        f"    UPDATE {table} d SET {column} = v_gone FROM crm_mergedrow w\n"
        f"    WHERE {noted_as(hold, MergedRow.How.MOVED)} AND {same_row(hold)}"
        f" AND d.{column} = v_kept;\n"
    )
    if not only_ones(hold) or hold.erase not in STAYS:
        return moved + statements
    return moved + taken_up(hold)


def taken_up(hold: Hold) -> str:
    """The statement that gives rows which were let go their person and their former values again,
    such as are still without a person.
    """
    table, column = hold.model_class()._meta.db_table, column_of(hold)
    values = "".join(
        f", {name} = (jsonb_populate_record(d, w.was)).{name}" for name in hold.lets_go
    )
    return (
        f"    UPDATE {table} d SET {column} = v_gone{values} FROM crm_mergedrow w\n"
        f"    WHERE {noted_as(hold, MergedRow.How.LOOSE)} AND {same_row(hold)}"
        f" AND d.{column} IS NULL;\n"
    )


def restored(hold: Hold) -> str:
    """The statement that puts rows back which were set aside, but such as hang on what is gone.

    Empty where the rows of the hold stay without a person, or none is ever set aside. A row that
    was made again since then stays as it is.
    """
    model = hold.model_class()
    if hold.erase in STAYS or not (hold.aside or only_ones(hold)):
        return ""
    there = "".join(map(and_is_there, other_keys(hold)))
    return (
        f"    INSERT INTO {model._meta.db_table}\n"
        f"    SELECT p.* FROM crm_mergedrow w,"
        f" jsonb_populate_record(NULL::{model._meta.db_table}, w.was) p\n"
        f"    WHERE {noted_as(hold, MergedRow.How.ASIDE)}{there}\n"
        f"    ON CONFLICT DO NOTHING;\n"
    )


def other_keys(hold: Hold) -> list[ForeignKey]:
    """The foreign keys of the hold's model but the reader's own."""
    return [field for field in keys_of_model(hold.model_class()) if field.name != hold.field]


def and_is_there(field: ForeignKey) -> str:
    """SQL: one more condition, that what the row ``p`` names by this key is still there."""
    return f"\n        AND {is_there(field, f'p.{field.column}')}"


def noted_as(hold: Hold, how: str) -> str:
    """SQL: a condition on the notes ``w``: those of this hold and merge that were made in the way
    ``how``, one of ``MergedRow.How``.
    """
    return f"w.merge_id = v_merge AND w.model = '{name_of(hold)}' AND w.how = '{how}'"


def same_row(hold: Hold) -> str:
    """SQL: the row ``d`` is the one that the note ``w`` names, by every column of its key.

    The note is JSON, so each value is cast to the type of its column.
    """
    vendor = connections["default"]
    same = []
    for field in key_fields(hold):
        kind = field.rel_db_type(vendor)
        same.append(f"d.{field.column} = (w.was ->> '{field.column}')::{kind}")
    return " AND ".join(same)


def is_there(field: ForeignKey, value: str) -> str:
    """SQL: the row that a foreign key names still exists, or none is named.

    ``value`` is the SQL of the key; a column that cannot be empty is asked for the row alone.
    """
    other = field.related_model._meta.db_table
    target = field.target_field.column
    exists = f"EXISTS (SELECT FROM {other} o WHERE o.{target} = {value})"
    return f"({value} IS NULL OR {exists})" if field.null else exists


def without_absent(field: ForeignKey) -> str:
    """The statement that takes out of the row what is not there any more.

    A campus, say, that was removed while the two were one. ``v_lost`` is the row that comes back.
    """
    value = f"(v_lost ->> '{field.column}')::bigint"
    return (
        f"    IF NOT {is_there(field, value)} THEN\n"
        f"        v_lost := v_lost || '{{\"{field.column}\": null}}';\n"
        f"    END IF;\n"
    )


# --- names ----------------------------------------------------------------------------------------
def name_of(hold: Hold) -> str:
    """ "crm.Activity.reader", by which the notes name a hold."""
    return f"{hold.model}.{hold.field}"


def column_of(hold: Hold) -> str:
    """The column with the reader's key in the table of the hold: "reader_id" for most."""
    return hold.model_class()._meta.get_field(hold.field).column


def key_fields(hold: Hold) -> list[Field]:
    """The fields of the model's key but the reader's own: joining changes that one."""
    return [field for field in hold.model_class()._meta.pk_fields if field.name != hold.field]


def keys_of_model(model: type[Model]) -> list[ForeignKey]:
    """The foreign keys of the model, those that the database checks, in the order of columns."""
    found = []
    for field in model._meta.concrete_fields:
        if isinstance(field, ForeignKey) and field.db_constraint:
            found.append(field)
    return found


def install(using: str = "default", **_signal) -> None:
    """Make the functions anew; after every migration, when all tables are there.

    A receiver of ``post_migrate``: ``using`` is the database that was migrated.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(function_sql())
