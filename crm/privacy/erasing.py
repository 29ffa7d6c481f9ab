"""The owner function that takes a person out of the database, written from the registry of holds.

The application may not change answers, the ledger of consent and the audit trail; erasing somebody
must. So it is one function of the database's owner with every statement written out, made anew
after each migration: what it does can be read in the database, and nothing it is handed becomes
part of a statement.
"""

from operator import attrgetter

from django.db import connections
from django.db.models import Model

from core.holds import AddressHold, Erase, Hold, address_holds, registered
from crm.privacy.reasons import CODES
from crm.readers.models import Reader
from crm.staff.models import AuditEvent, User
from crm.staff.words import AuditAction

NAME = "huixiang_erase_reader"
ARGUMENTS = "person bigint, known_by bytea, mailboxes text[], asked_by bigint, why text"
#: The arguments of earlier versions, which trusted their caller with the token.
BEFORE = "bigint, text, text[], bigint, text"
#: ``person``: key of the reader. ``known_by``: the keyed hash by which a restored backup knows them
#: again. ``mailboxes``: their addresses, folded. ``asked_by``: key of the account that did it.
#: ``why``: a code. Whoever may call it can erase somebody, and leaves a row and an audit row that
#: say so; what else it could be used for it refuses.
FUNCTION = """
DROP FUNCTION IF EXISTS {name}({before});
CREATE OR REPLACE FUNCTION {name}({arguments})
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $erase$
#variable_conflict use_column
DECLARE
    account bigint;
    mark text := replace(gen_random_uuid()::text, '-', '');
BEGIN
    IF num_nulls(person, mailboxes) > 0 OR array_position(mailboxes, NULL) IS NOT NULL THEN
        RAISE EXCEPTION 'whom to erase, and their addresses' USING ERRCODE = 'check_violation';
    END IF;
    IF why IS NULL OR why <> ALL ('{reasons}'::text[]) THEN
        RAISE EXCEPTION 'no reason to erase anybody: %', why USING ERRCODE = 'check_violation';
    END IF;
    IF octet_length(known_by) IS DISTINCT FROM 32 THEN
        RAISE EXCEPTION 'no restored backup would know them by this hash'
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT user_id INTO account FROM crm_reader WHERE id = person FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    -- Whoever works here, or did, keeps the account: what it did as staff stays theirs.
    IF EXISTS (
        SELECT 1 FROM crm_user
        WHERE id = account AND (was_staff OR role <> '{role}' OR is_staff OR is_superuser))
    THEN
        account := NULL;
    END IF;
    -- An address that somebody else has as well is theirs.
    mailboxes := ARRAY(
        SELECT mailbox FROM unnest(mailboxes) AS m (mailbox)
        WHERE mailbox <> ''
            AND NOT EXISTS (
                SELECT 1 FROM crm_reader r
                WHERE lower(r.email) = mailbox AND r.email <> '' AND r.id <> person)
            AND NOT EXISTS (
                SELECT 1 FROM crm_user u
                WHERE lower(u.email) = mailbox
                    AND NOT EXISTS (
                        SELECT 1 FROM crm_reader r WHERE r.user_id = u.id AND r.id = person)));

    INSERT INTO crm_erasure (digest, token, at) VALUES (known_by, mark, statement_timestamp());
    PERFORM set_config('pgtrigger.ignore', '{ignored}', true);
{statements}
    UPDATE crm_auditevent SET object_id = mark
    WHERE object_type = '{reader}' AND object_id = person::text;
    UPDATE crm_auditevent SET detail = jsonb_set(detail, '{{reader}}', to_jsonb(mark))
    WHERE detail ->> 'reader' = person::text;
    UPDATE crm_auditevent SET address = NULL
    WHERE user_id = account;
    -- Who typed wrong passwords at this account did so from somewhere, most often its owner.
    UPDATE crm_auditevent SET address = NULL
    WHERE object_type = '{user}' AND address IS NOT NULL AND object_id = account::text;
    UPDATE crm_user
    SET username = 'erased-' || mark, likeness = 'erased-' || mark, email = '',
        first_name = '', last_name = '',
        display_name = '', password = '!', is_active = false, last_login = NULL
    WHERE id = account;
    DELETE FROM crm_reader WHERE id = person;

    INSERT INTO crm_auditevent (at, user_id, action, object_type, object_id, detail)
    VALUES (statement_timestamp(), asked_by, '{action}', '{reader}', mark,
            jsonb_build_object('reason', why));
    PERFORM set_config('pgtrigger.ignore', '{{}}', true);
    RETURN mark;
END
$erase$;
REVOKE ALL ON FUNCTION {name} FROM PUBLIC;
"""
#: How the last column of a path leads to the person: by their key, or by one of their addresses.
HAS_KEY = "{column} = person"
HAS_MAILBOX = "({column} <> '' AND lower(normalize({column}, NFKC)) = ANY(mailboxes))"


def function_sql() -> str:
    """CREATE of the function as the registry has it now."""
    return FUNCTION.format(
        name=NAME,
        arguments=ARGUMENTS,
        before=BEFORE,
        reasons="{" + ",".join(f'"{code}"' for code in CODES) + "}",
        user=User._meta.label_lower,
        ignored="{" + ",".join(ignored_triggers()) + "}",
        statements="".join(f"    {one};\n" for one in statements()),
        reader=Reader._meta.label_lower,
        role=User.Role.READER,
        action=AuditAction.READER_ERASE,
    )


def ignored_triggers() -> list[str]:
    """Names of the triggers that keep the audit trail as it is.

    As PostgreSQL knows them; the erasing function of the owner passes them by.
    """
    return [trigger.get_pgid(AuditEvent) for trigger in AuditEvent._meta.triggers]


def statements() -> list[str]:
    """What each hold asks for: later rooms first, and rows on other rows before those.

    SQL texts for the body of that function, in the order in which they must run.
    """
    found = list(map(of_addresses, address_holds()))
    # Before any row loses its person: what is left is found by the person's key.
    found += [hold.leaves for hold in registered() if hold.leaves]
    holds = [hold for hold in reversed(registered()) if hold.erase != Erase.KEEP]
    # Once the key of a row is gone, the rows that hang on it are no longer found.
    holds.sort(key=attrgetter("is_direct"))
    return found + list(map(of_hold, holds))


def of_hold(hold: Hold) -> str:
    """The statement that takes the person out of the rows of ``hold``."""
    model = hold.model_class()
    table = model._meta.db_table
    if hold.erase == Erase.TAKE_OUT:
        column = model._meta.get_field(hold.field).column
        # Indexed for the small sets; the few large ones are looked through.
        return (
            f"UPDATE {table} SET {column} = array_remove({column}, person)"
            f" WHERE {column} @> ARRAY[person]"
        )

    where = condition(model, hold.field.split("__"))
    if hold.erase == Erase.DELETE:
        return f"DELETE FROM {table} WHERE {where}"

    writes = dict(hold.writes)
    if hold.is_direct:
        writes[model._meta.get_field(hold.field).column] = "NULL"
    if hold.erase == Erase.TOKEN:
        writes["erased"] = "mark"
    return f"UPDATE {table} SET {assignments(writes)} WHERE {where}"


def of_addresses(hold: AddressHold) -> str:
    """The statement for rows that hold one of the person's addresses without a key."""
    model = hold.model_class()
    where = condition(model, hold.field.split("__"), HAS_MAILBOX)
    return f"UPDATE {model._meta.db_table} SET {assignments(hold.writes)} WHERE {where}"


def condition(model: type[Model], path: list[str], leads: str = HAS_KEY) -> str:
    """SQL: whether a row of ``model`` leads to the person over the keys of ``path``."""
    key = model._meta.get_field(path[0])
    if len(path) == 1:
        return leads.format(column=key.column)
    other = key.related_model
    rows = f"SELECT {other._meta.pk.column} FROM {other._meta.db_table}"
    return f"{key.column} IN ({rows} WHERE {condition(other, path[1:], leads)})"


def assignments(writes) -> str:
    """{column: SQL} as the list of an UPDATE.

    ``writes`` is that mapping; nothing in it is quoted, so that it must be our own.
    """
    return ", ".join(f"{column} = {value}" for column, value in writes.items())


def install(using: str = "default", **_signal) -> None:
    """Make the function anew; after every migration, when all tables are there."""
    with connections[using].cursor() as cursor:
        cursor.execute(function_sql())
