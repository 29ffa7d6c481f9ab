"""Rows that lead to a reader by number and look like somebody else, told by statements.

``m`` is a row of crm_changed: a reader whom the file changes, with the columns before (``old_…``)
and after, and what the row itself says (``said_…``, NULL where it says nothing). A number may have
been given to somebody new, or be one of another system: who bears it there is another person.
"""

from crm.readers.kinds import is_another, names_again
from crm.readers.models import Reader

KIND = Reader.Kind
#: Who studies does not become who is employed because a file has the number.
STUDENTS = (KIND.UNDERGRADUATE, KIND.MASTER, KIND.DOCTORAL, KIND.EXCHANGE)
EMPLOYED = (KIND.TEACHER, KIND.STAFF)
#: So many rows with another name, and one in so many of those that meet a reader, are no
#: corrections any more, whatever their addresses.
RENAMED, RENAMED_OF = 3, 20
#: Names that have nothing in common change more rarely: so many and one in so many, more than so
#: many of a file however large it is, or half of the few whom it meets.
STRANGERS, STRANGERS_OF, MOST_STRANGERS, HALF = 3, 50, 20, 2

#: A name as it is compared: without blanks and capitals, in one width.
BARE_NAME = "lower(regexp_replace(normalize({}, NFKC), '[\\s·•.]+', '', 'g'))"
#: The words of a name, in no order: "Lee, Ann" and "Ann Smith" have one in common.
WORDS = "array_remove(regexp_split_to_array(lower(normalize({}, NFKC)), '[\\s·•.,，;-]+'), '')"
#: The first sign of a Chinese name, which is the surname; empty in other scripts.
SURNAME = "COALESCE(substring(normalize({}, NFKC) FROM '^\\s*([\u3400-\u9fff])'), '')"


def one_of(column: str, kinds: tuple[str, ...]) -> str:
    """SQL: a condition that holds where the kind in ``column`` is one of these; neither comes from
    a file or a person.
    """
    listed = ", ".join(f"'{kind.value}'" for kind in kinds)
    return f"{column} IN ({listed})"


OTHER_NAME = f"""
    (m.old_name <> '' AND m.name <> '' AND m.old_name <> m.name
     AND {BARE_NAME.format("m.name")} <> {BARE_NAME.format("m.old_name")})"""
ALIKE = f"""
    ({WORDS.format("m.name")} && {WORDS.format("m.old_name")}
     OR ({SURNAME.format("m.name")} <> ''
         AND {SURNAME.format("m.name")} = {SURNAME.format("m.old_name")}))"""
#: An address that came with the reader speaks for the same person.
VOUCHED = f"((NOT m.old_email_made AND {names_again('email')}) OR {names_again('phone')})"
OTHER_ADDRESS = f"""
    ((NOT m.old_email_made AND {is_another("email", "m.old_{0}", "m.{0}", "m.reader_id")})
     OR {is_another("phone", "m.old_{0}", "m.{0}", "m.reader_id")})"""
FIRST_ADDRESS = """
    (((m.old_email = '' OR m.old_email_made) AND m.email <> '' AND NOT m.email_made)
     OR (m.old_phone = '' AND m.phone <> ''))"""
#: From studying to being employed or back, and neither name nor address says that it is the same
#: person.
OTHER_SIDE = f"""
    (COALESCE(m.said_name, '') = '' OR m.old_name = '')
    AND (({one_of("m.old_kind", STUDENTS)} AND {one_of("m.kind", EMPLOYED)})
         OR ({one_of("m.old_kind", EMPLOYED)} AND {one_of("m.kind", STUDENTS)}))"""
#: One such row is enough to ask.
BY_ITSELF = f"""
    ({OTHER_NAME} AND ({OTHER_ADDRESS}
        OR (NOT {VOUCHED} AND ({FIRST_ADDRESS} OR m.old_kind <> m.kind))))"""
#: Some of these may be true, and are changes; many, or a file of nothing else, are not.
STRANGE = f"""
    (NOT {VOUCHED} AND (({OTHER_NAME} AND NOT {ALIKE}) OR ({OTHER_SIDE})))"""
#: Marks the rows in crm_changed. How many rows meet a reader is asked only where one is of doubt: a
#: file of 400,000 rows that changes nothing does not pay for it.
MARK = f"""
    WITH told AS (
        SELECT
            m.line,
            {BY_ITSELF} AS alone,
            {OTHER_NAME} AS renamed,
            {STRANGE} AS strange
        FROM crm_changed m
    ), tally AS (
        SELECT
            count(*) FILTER (WHERE renamed) AS renamed,
            count(*) FILTER (WHERE strange) AS strange,
            CASE WHEN count(*) FILTER (WHERE renamed OR strange) > 0 THEN (
                SELECT count(*) FROM {{known}} WHERE s.reason IS NULL)
            END AS met
        FROM told
    )
    UPDATE crm_changed m
    SET other = true
    FROM told t, tally y
    WHERE t.line = m.line AND (
        t.alone
        OR (t.renamed AND y.renamed >= {RENAMED} AND y.renamed * {RENAMED_OF} >= y.met)
        OR (t.strange AND (y.strange > {MOST_STRANGERS} OR y.strange * {HALF} >= y.met
            OR (y.strange >= {STRANGERS} AND y.strange * {STRANGERS_OF} >= y.met))))"""
#: How many rows are marked, and a digest of them as they are shown: whose number it is, and who
#: stands here and there. A word about them holds for exactly these.
SEEN = """
    SELECT count(*), COALESCE(encode(sha256(convert_to(string_agg(md5(jsonb_build_array(
        m.line, m.reader_id, m.old_name, m.name, m.old_kind, m.kind, m.old_cohort, m.cohort,
        m.old_email, m.email, m.old_phone, m.phone, m.old_wechat, m.wechat, m.old_consents
        )::text), '' ORDER BY m.line), 'UTF8')), 'hex'), '')
    FROM crm_changed m
    WHERE m.other"""
REFUSE = """
    UPDATE {table} s
    SET reason = 'another-person', field = 'number', raw = jsonb_build_array(s.number)
    FROM crm_changed m
    WHERE m.line = s.line AND m.other"""
LEAVE_OUT = "DELETE FROM crm_changed m WHERE m.other"
#: Taken in after all, what was allowed stays only with an address that the row names itself; a yes
#: in the row is a word of its own. ``{ended}``: see ``queries.ENDED``.
END_CONSENTS = """
    UPDATE crm_changed m
    SET consents = ARRAY(
        SELECT c FROM unnest(m.old_consents) c
        WHERE c <> ALL ({ended}) AND c <> ALL (COALESCE(s.denials, '{{}}'))
        UNION
        SELECT c FROM unnest(s.consents) c
        WHERE c <> ALL (COALESCE(s.denials, '{{}}'))
        ORDER BY 1)
    FROM {table} s
    WHERE s.line = m.line AND m.other AND m.old_consents && {ended}"""
