"""The owner functions that join two readers and part them, written from the registry of holds.

The application may not change answers, the ledger of consent and who looked at whom; joining two
records of one person must. So, as erasing, it is done by functions of the database's owner with
every statement written out, made anew after each migration. A table that a room adds with its hold
is moved without a line here.

What stands where is noted row by row, so that taking apart gives everything back:

- a row **moves**, unless the kept record may have only one of its kind and has it;
- then it is set **aside** and kept as a text, where erasing would remove it too, or stays **loose**
  in the figures without a person, where erasing would leave it there;
- what is made anew every night (``Hold.derived``) is set aside and not moved.
"""

from django.db import connections
from django.db.models import Field, ForeignKey, Model, UniqueConstraint

from core.holds import STAYS, Erase, Hold, registered
from crm.merges import months
from crm.merges.models import Merge, MergedRow, MergeReason
from crm.readers.models import Reader, Suppression
from crm.readers.models.activity import FOLD_LOCK
from crm.readers.queries import PORTAL
from crm.staff.words import AuditAction

JOIN, PART = "huixiang_join_readers", "huixiang_part_readers"
JOIN_ARGUMENTS = (
    "v_kept bigint, v_gone bigint, v_by bigint, v_why text, v_becomes jsonb, v_said jsonb,"
    " v_stops jsonb"
)
PART_ARGUMENTS = "v_merge bigint, v_by bigint, v_kept_back jsonb, v_gone_back jsonb"
#: Columns that say which row it is; nothing that is joined changes them.
OF_THE_ROW = ("id", "source", "number", "count_key", "created_at", "import_batch_id")
#: Rows whose own statements stand in ``months``, and the row of the joining itself.
BY_THEMSELVES = {"crm.FoldedMonth", MergedRow._meta.label}
#: What is noted of a row that moves, where its key alone would not find it again.
NOTED = {"crm.Activity": months.ACTIVITY_NOTED}
HEAD = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

#: ``v_becomes``: {column: value} of the kept row. ``v_said``: entries of the ledger, {channel,
#: purpose, granted, source}. ``v_stops``: addresses that nothing is sent to any more, {channel,
#: purpose, digest in hex}. Whoever may call it leaves a row that says so, and one in the trail.
JOIN_FUNCTION = """
CREATE OR REPLACE FUNCTION {name}({arguments})
RETURNS bigint
{head} AS $join$
#variable_conflict use_column
DECLARE
    v_merge bigint;
    v_now timestamptz := statement_timestamp();
    v_lost jsonb;
    v_before jsonb;
BEGIN
    IF num_nulls(v_kept, v_gone, v_why, v_becomes, v_said, v_stops) > 0 OR v_kept = v_gone
        OR v_why <> ALL ('{reasons}'::text[])
    THEN
        RAISE EXCEPTION 'which two records, and why' USING ERRCODE = 'check_violation';
    END IF;
    -- No activity is folded from here on: it is either a row or counted.
    PERFORM pg_advisory_xact_lock_shared(hashtext('{lock}'));
    PERFORM FROM crm_reader WHERE id IN (v_kept, v_gone) ORDER BY id FOR UPDATE;
    SELECT to_jsonb(r) INTO v_before FROM crm_reader r WHERE id = v_kept;
    SELECT to_jsonb(r) INTO v_lost FROM crm_reader r WHERE id = v_gone;
    IF v_before IS NULL OR v_lost IS NULL THEN
        RETURN NULL;
    END IF;
    IF v_before ->> 'user_id' IS NOT NULL AND v_lost ->> 'user_id' IS NOT NULL THEN
        RAISE EXCEPTION 'two accounts are two people' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO crm_merge (kept_id, kept_key, gone_key, gone, before, after, why, at, by_id)
    VALUES (v_kept, v_kept, v_gone, v_lost, v_before, '{{}}', v_why, v_now, v_by)
    RETURNING id INTO v_merge;
    PERFORM set_config('pgtrigger.ignore', '{ignored}', true);
{moves}
{months}
    -- Every foreign key is asked now: where a room forgot a row, nothing is joined.
    DELETE FROM crm_reader WHERE id = v_gone;
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
    v_becomes := (v_becomes - '{fixed}'::text[])
        || jsonb_build_object(
            'user_id', coalesce(v_before -> 'user_id', 'null'), 'updated_at', v_now);
    IF v_before ->> 'user_id' IS NULL THEN
        v_becomes := v_becomes || jsonb_build_object('user_id', v_lost -> 'user_id');
    END IF;
    UPDATE crm_reader r SET ({columns}) = (
        SELECT {values} FROM jsonb_populate_record(r, v_becomes) p)
    WHERE r.id = v_kept;
    UPDATE crm_merge m SET after = to_jsonb(r)
    FROM crm_reader r WHERE m.id = v_merge AND r.id = v_kept;

    -- Files find the kept record by the number of the other one, too.
    INSERT INTO crm_identity (reader_id, system, number, since)
    SELECT v_kept, v_lost ->> 'source', v_lost ->> 'number', v_now
    WHERE v_lost ->> 'source' <> '{portal}'
        AND EXISTS (SELECT FROM crm_numbersystem WHERE code = v_lost ->> 'source');
    WITH written AS (
        INSERT INTO crm_formeraddress (reader_id, channel, address, until)
        SELECT DISTINCT v_kept, a.channel, a.address, v_now
        FROM (VALUES ('email', v_before ->> 'email'), ('email', v_lost ->> 'email'),
                     ('sms', v_before ->> 'phone'), ('sms', v_lost ->> 'phone'),
                     ('wechat', v_before ->> 'wechat'), ('wechat', v_lost ->> 'wechat'))
            AS a (channel, address)
        JOIN crm_reader r ON r.id = v_kept
        WHERE a.address <> '' AND a.address NOT IN (r.email, r.phone, r.wechat)
        ON CONFLICT DO NOTHING
        RETURNING id)
    INSERT INTO crm_mergedrow (merge_id, model, how, was)
    SELECT v_merge, 'crm.FormerAddress.reader', 'written', jsonb_build_object('id', id)
    FROM written;
    WITH written AS (
        INSERT INTO crm_consentevent
            (reader_id, channel, purpose, granted, source, wording, at, by_id)
        SELECT v_kept, s.channel, s.purpose, s.granted, s.source, '', v_now, v_by
        FROM jsonb_to_recordset(v_said)
            AS s (channel text, purpose text, granted boolean, source text)
        RETURNING id)
    INSERT INTO crm_mergedrow (merge_id, model, how, was)
    SELECT v_merge, 'crm.ConsentEvent.reader', 'written', jsonb_build_object('id', id)
    FROM written;
    WITH written AS (
        INSERT INTO crm_suppression (channel, purpose, digest, reason, at)
        SELECT s.channel, s.purpose, decode(s.digest, 'hex'), '{withdrawn}', v_now
        FROM jsonb_to_recordset(v_stops) AS s (channel text, purpose text, digest text)
        ON CONFLICT DO NOTHING
        RETURNING id, channel, purpose)
    INSERT INTO crm_mergedrow (merge_id, model, how, was)
    SELECT v_merge, 'crm.Suppression', 'written',
        jsonb_build_object('id', id, 'channel', channel, 'purpose', purpose)
    FROM written;

    INSERT INTO crm_auditevent (at, user_id, action, object_type, object_id, detail)
    VALUES (v_now, v_by, '{joined}', '{reader}', v_kept::text,
            jsonb_build_object('reader', v_gone, 'why', v_why));
    PERFORM set_config('pgtrigger.ignore', '{{}}', true);
    RETURN v_merge;
END
$join$;
REVOKE ALL ON FUNCTION {name} FROM PUBLIC;
"""
#: ``v_kept_back`` and ``v_gone_back``: {column: value} that each row gets, over what it is now and
#: over what it was. Returns the key of the record that is there again; NULL where a newer joining
#: must be taken apart first, or this one is not there any more.
PART_FUNCTION = """
CREATE OR REPLACE FUNCTION {name}({arguments})
RETURNS bigint
{head} AS $part$
#variable_conflict use_column
DECLARE
    v_kept bigint;
    v_gone bigint;
    v_lost jsonb;
    v_at timestamptz;
BEGIN
    IF num_nulls(v_merge, v_kept_back, v_gone_back) > 0 THEN
        RAISE EXCEPTION 'which joining, and what becomes of both'
            USING ERRCODE = 'check_violation';
    END IF;
    PERFORM pg_advisory_xact_lock_shared(hashtext('{lock}'));
    SELECT m.kept_id, m.gone_key, m.gone, m.at INTO v_kept, v_gone, v_lost, v_at
    FROM crm_merge m
    WHERE m.id = v_merge AND m.parted_at IS NULL AND m.kept_id = m.kept_key
        AND NOT EXISTS (
            SELECT FROM crm_merge n
            WHERE n.kept_id = m.kept_id AND n.parted_at IS NULL AND n.id > m.id)
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM FROM crm_reader WHERE id = v_kept FOR UPDATE;
    PERFORM set_config('pgtrigger.ignore', '{ignored}', true);
    DELETE FROM crm_identity
    WHERE reader_id = v_kept AND system = v_lost ->> 'source' AND number = v_lost ->> 'number';
    UPDATE crm_reader r SET ({columns}) = (
        SELECT {values}
        FROM jsonb_populate_record(r, v_kept_back - '{fixed}'::text[]) p)
    WHERE r.id = v_kept;
    v_lost := v_lost || (v_gone_back - '{fixed}'::text[]);
{absent}
    IF EXISTS (SELECT FROM crm_reader WHERE user_id = (v_lost ->> 'user_id')::bigint) THEN
        v_lost := v_lost || '{{"user_id": null}}';
    END IF;
    INSERT INTO crm_reader
    SELECT p.* FROM crm_reader r, jsonb_populate_record(r, v_lost) p WHERE r.id = v_kept;
{moves}
{months}
    DELETE FROM crm_formeraddress f USING crm_mergedrow w
    WHERE w.merge_id = v_merge AND w.model = 'crm.FormerAddress.reader' AND w.how = 'written'
        AND f.id = (w.was ->> 'id')::bigint AND f.reader_id = v_kept;
    DELETE FROM crm_consentevent e USING crm_mergedrow w
    WHERE w.merge_id = v_merge AND w.model = 'crm.ConsentEvent.reader' AND w.how = 'written'
        AND e.id = (w.was ->> 'id')::bigint AND e.reader_id = v_kept;
    -- What was withdrawn since then is a word of the person's own, and stays.
    DELETE FROM crm_suppression s USING crm_mergedrow w
    WHERE w.merge_id = v_merge AND w.model = 'crm.Suppression' AND w.how = 'written'
        AND s.id = (w.was ->> 'id')::bigint AND s.reason = '{withdrawn}'
        AND NOT EXISTS (
            SELECT FROM crm_consentevent e
            WHERE e.reader_id IN (v_kept, v_gone) AND NOT e.granted AND e.at > v_at
                AND e.channel = s.channel AND e.purpose IN ('', s.purpose));
    DELETE FROM crm_mergedrow WHERE merge_id = v_merge;
    UPDATE crm_merge
    SET parted_at = statement_timestamp(), parted_by_id = v_by,
        gone = '{{}}', before = '{{}}', after = '{{}}'
    WHERE id = v_merge;
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
    INSERT INTO crm_auditevent (at, user_id, action, object_type, object_id, detail)
    VALUES (statement_timestamp(), v_by, '{parted}', '{reader}', v_kept::text,
            jsonb_build_object('reader', v_gone));
    PERFORM set_config('pgtrigger.ignore', '{{}}', true);
    RETURN v_gone;
END
$part$;
REVOKE ALL ON FUNCTION {name} FROM PUBLIC;
"""


def function_sql() -> str:
    """CREATE of both functions as the registry has it now."""
    columns = [field.column for field in Reader._meta.concrete_fields if field.column != "id"]
    said = {
        "head": HEAD,
        "lock": FOLD_LOCK,
        "portal": PORTAL,
        "withdrawn": Suppression.WITHDRAWN,
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
        absent="".join(without_absent(field) for field in keys_of_model(Reader)),
        parted=AuditAction.READER_PART,
        **said,
    )
    return join + part


def as_array(texts) -> str:
    """The texts as PostgreSQL writes an array of them."""
    return "{" + ",".join(texts) + "}"


def ignored_triggers() -> list[str]:
    """Triggers of the reader's row stand aside: what they would write is written here."""
    return [trigger.get_pgid(Reader) for trigger in Reader._meta.triggers]


def moved_holds() -> list[Hold]:
    """Holds whose rows bear the reader's key, in the order of the rooms.

    Lists of keys are left as they are: they are asked for all keys of a reader.
    """
    found = []
    for hold in registered():
        is_list = hold.erase == Erase.TAKE_OUT
        if hold.is_direct and not is_list and hold.model not in BY_THEMSELVES:
            found.append(hold)
    return found


# --- to the kept record ---------------------------------------------------------------------------
def to_the_kept(hold: Hold) -> str:
    """The statements that give the rows of ``hold`` to the kept reader, and note each of them."""
    table, column = hold.model_class()._meta.db_table, column_of(hold)
    mine = f"d.{column} = v_gone"
    if hold.derived:
        return f"    {hold.joins};\n" * bool(hold.joins) + set_aside(hold, mine)

    before = ""
    taken = taken_already(hold)
    if taken:
        part_with = let_go if hold.erase in STAYS else set_aside
        before = part_with(hold, f"{mine} AND ({taken})")
    return (
        f"{before}{note(hold, MergedRow.How.MOVED, noted(hold), mine)}"
        f"    UPDATE {table} SET {column} = v_kept WHERE {column} = v_gone;\n"
    )


def set_aside(hold: Hold, where: str) -> str:
    """The rows go, and are kept as texts."""
    table = hold.model_class()._meta.db_table
    noting = note(hold, MergedRow.How.ASIDE, "to_jsonb(d)", where)
    return f"{noting}    DELETE FROM {table} d WHERE {where};\n"


def let_go(hold: Hold, where: str) -> str:
    """The rows stay without a person, and are noted whole."""
    table = hold.model_class()._meta.db_table
    written = {column_of(hold): "NULL", **hold.lets_go}
    assigned = ", ".join(f"{name} = {value}" for name, value in written.items())
    noting = note(hold, MergedRow.How.LOOSE, "to_jsonb(d)", where)
    return f"{noting}    UPDATE {table} d SET {assigned} WHERE {where};\n"


def note(hold: Hold, how: str, what: str, where: str) -> str:
    """The statement that notes the rows ``d`` of a hold."""
    table = hold.model_class()._meta.db_table
    return (
        f"    INSERT INTO crm_mergedrow (merge_id, model, how, was)\n"
        f"    SELECT v_merge, '{name_of(hold)}', '{how}', {what} FROM {table} d WHERE {where};\n"
    )


def noted(hold: Hold) -> str:
    """SQL: what is noted of a row that moves: its key."""
    if hold.model in NOTED:
        return NOTED[hold.model]
    pairs = [f"'{field.column}', d.{field.column}" for field in key_fields(hold)]
    return f"jsonb_build_object({', '.join(pairs)})"


def taken_already(hold: Hold) -> str:
    """SQL: whether the kept reader has the one row that may be theirs; empty where many may."""
    table, column = hold.model_class()._meta.db_table, column_of(hold)
    found = []
    for others in only_ones(hold):
        same = "".join(f" AND k.{other} = d.{other}" for other in others)
        found.append(f"EXISTS (SELECT FROM {table} k WHERE k.{column} = v_kept{same})")
    return " OR ".join(found)


def only_ones(hold: Hold) -> list[list[str]]:
    """The columns beside the reader's in each key or constraint that holds it once.

    A constraint with a condition counts as one without: a row more is set aside.
    """
    model = hold.model_class()
    groups = [key_names(model)]
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            groups.append(list(constraint.fields))
    key = model._meta.get_field(hold.field)
    if key.unique:
        groups.append([key.name])

    found = []
    for names in groups:
        fields = [model._meta.get_field(name) for name in names]
        if key in fields:
            found.append([field.column for field in fields if field is not key])
    return found


# --- and back -------------------------------------------------------------------------------------
def back(hold: Hold) -> str:
    """The statements that give the rows of ``hold`` back to the reader that is there again."""
    statements = restored(hold)
    if hold.derived:
        return statements + f"    {hold.parts};\n" * bool(hold.parts)

    table, column = hold.model_class()._meta.db_table, column_of(hold)
    moved = (
        f"    UPDATE {table} d SET {column} = v_gone FROM crm_mergedrow w\n"
        f"    WHERE {noted_as(hold, MergedRow.How.MOVED)} AND {same_row(hold)}"
        f" AND d.{column} = v_kept;\n"
    )
    if not only_ones(hold) or hold.erase not in STAYS:
        return moved + statements

    values = "".join(
        f", {name} = (jsonb_populate_record(d, w.was)).{name}" for name in hold.lets_go
    )
    loose = (
        f"    UPDATE {table} d SET {column} = v_gone{values} FROM crm_mergedrow w\n"
        f"    WHERE {noted_as(hold, MergedRow.How.LOOSE)} AND {same_row(hold)}"
        f" AND d.{column} IS NULL;\n"
    )
    return moved + loose


def restored(hold: Hold) -> str:
    """The statement that puts rows back which were set aside, but such as hang on what is gone."""
    model = hold.model_class()
    if hold.erase in STAYS or not (hold.derived or only_ones(hold)):
        return ""
    there = ""
    for field in keys_of_model(model):
        if field.name != hold.field:
            there += f"\n        AND {is_there(field, f'p.{field.column}')}"
    return (
        f"    INSERT INTO {model._meta.db_table}\n"
        f"    SELECT p.* FROM crm_mergedrow w,"
        f" jsonb_populate_record(NULL::{model._meta.db_table}, w.was) p\n"
        f"    WHERE {noted_as(hold, MergedRow.How.ASIDE)}{there}\n"
        f"    ON CONFLICT DO NOTHING;\n"
    )


def noted_as(hold: Hold, how: str) -> str:
    """SQL: the notes ``w`` of this hold and merge."""
    return f"w.merge_id = v_merge AND w.model = '{name_of(hold)}' AND w.how = '{how}'"


def same_row(hold: Hold) -> str:
    """SQL: the row ``d`` is the one that the note ``w`` names."""
    vendor = connections["default"]
    same = []
    for field in key_fields(hold):
        kind = field.rel_db_type(vendor)
        same.append(f"d.{field.column} = (w.was ->> '{field.column}')::{kind}")
    return " AND ".join(same)


def is_there(field: ForeignKey, value: str) -> str:
    """SQL: the row that a foreign key names still exists, or none is named."""
    other = field.related_model._meta.db_table
    target = field.target_field.column
    exists = f"EXISTS (SELECT FROM {other} o WHERE o.{target} = {value})"
    return f"({value} IS NULL OR {exists})" if field.null else exists


def without_absent(field: ForeignKey) -> str:
    """The statement that takes out of the row what is not there any more."""
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
    """The column with the reader's key."""
    return hold.model_class()._meta.get_field(hold.field).column


def key_names(model: type[Model]) -> list[str]:
    """The names of the fields that are the model's key, one or several."""
    return [field.name for field in model._meta.pk_fields]


def key_fields(hold: Hold) -> list[Field]:
    """Those but the reader's own key."""
    return [field for field in hold.model_class()._meta.pk_fields if field.name != hold.field]


def keys_of_model(model: type[Model]) -> list[ForeignKey]:
    """The foreign keys of the model, those that the database checks."""
    found = []
    for field in model._meta.concrete_fields:
        if isinstance(field, ForeignKey) and field.db_constraint:
            found.append(field)
    return found


def install(using: str = "default", **_signal) -> None:
    """Make the functions anew; after every migration, when all tables are there."""
    with connections[using].cursor() as cursor:
        cursor.execute(function_sql())


TABLES = (Merge._meta.db_table, MergedRow._meta.db_table)
