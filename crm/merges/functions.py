"""The two owner functions as they stand in the database, but for what follows from the registry.

What is filled in: see ``moving.function_sql``.
"""

JOIN, PART = "huixiang_join_readers", "huixiang_part_readers"
JOIN_ARGUMENTS = (
    "v_kept bigint, v_gone bigint, v_by bigint, v_why text, v_becomes jsonb, v_said jsonb,"
    " v_stops jsonb, v_taken jsonb"
)
PART_ARGUMENTS = "v_merge bigint, v_by bigint, v_kept_back jsonb, v_gone_back jsonb, v_words jsonb"
HEAD = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

#: ``v_becomes``: {column: value} of the kept row. ``v_said``: entries of the ledger, {channel,
#: purpose, granted, source}. ``v_stops``: addresses that nothing is sent to any more, {channel,
#: purpose, digest in hex}. ``v_taken``: what somebody chose of the other record, a list of names.
#: Whoever may call it leaves a row that says so, and one in the trail.
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
    IF num_nulls(v_kept, v_gone, v_why, v_becomes, v_said, v_stops, v_taken) > 0 OR v_kept = v_gone
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
    INSERT INTO crm_joinedrecord
        (kept_id, kept_key, gone_key, gone, before, after, history, why, at, by_id)
    VALUES (v_kept, v_kept, v_gone, v_lost, v_before, '{{}}', '{{}}', v_why, v_now, v_by)
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
    UPDATE crm_joinedrecord m SET after = to_jsonb(r)
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
    SELECT v_merge, 'crm.FormerAddress.reader', '{written}', jsonb_build_object('id', id)
    FROM written;
    WITH written AS (
        INSERT INTO crm_consentevent
            (reader_id, channel, purpose, granted, source, wording, at, by_id)
        SELECT v_kept, s.channel, s.purpose, s.granted, s.source, '', v_now, v_by
        FROM jsonb_to_recordset(v_said)
            AS s (channel text, purpose text, granted boolean, source text)
        RETURNING id)
    INSERT INTO crm_mergedrow (merge_id, model, how, was)
    SELECT v_merge, 'crm.ConsentEvent.reader', '{written}', jsonb_build_object('id', id)
    FROM written;
    INSERT INTO crm_suppression (channel, purpose, digest, reason, at)
    SELECT s.channel, s.purpose, decode(s.digest, 'hex'), '{listed}', v_now
    FROM jsonb_to_recordset(v_stops) AS s (channel text, purpose text, digest text)
    ON CONFLICT DO NOTHING;
    -- Noted by each joining that wants it: it goes with the last of them.
    INSERT INTO crm_mergedrow (merge_id, model, how, was)
    SELECT v_merge, 'crm.Suppression', '{written}', jsonb_build_object('id', l.id)
    FROM jsonb_to_recordset(v_stops) AS s (channel text, purpose text, digest text)
    JOIN crm_suppression l ON l.channel = s.channel AND l.purpose = s.purpose
        AND l.digest = decode(s.digest, 'hex') AND l.reason = '{listed}';
    UPDATE crm_joinedrecord SET history = jsonb_build_object('chosen', v_taken, 'rows', (
        SELECT coalesce(jsonb_object_agg(n.model, n.times), '{{}}')
        FROM (SELECT model, count(*) AS times FROM crm_mergedrow
              WHERE merge_id = v_merge AND how <> '{written}' GROUP BY model) n))
    WHERE id = v_merge;

    INSERT INTO crm_auditevent (at, user_id, action, object_type, object_id, detail)
    VALUES (v_now, v_by, '{joined}', '{reader}', v_kept::text,
            jsonb_build_object('reader', v_gone, 'why', v_why, 'fields', v_taken, 'rows', (
                SELECT count(*) FROM crm_mergedrow
                WHERE merge_id = v_merge AND how <> '{written}')));
    PERFORM set_config('pgtrigger.ignore', '{{}}', true);
    RETURN v_merge;
END
$join$;
REVOKE ALL ON FUNCTION {name} FROM PUBLIC;
"""
#: ``v_kept_back`` and ``v_gone_back``: {column: value} that each row gets, over what it is now and
#: over what it was. ``v_words``: keys of entries of the kept record's ledger that hold for both.
#: Returns the key of the record that is there again; NULL where a newer joining must be taken apart
#: first, or this one is not there any more. What says who it was is forgotten with the joining, and
#: ``history`` says what it brought.
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
    v_rows bigint;
BEGIN
    IF num_nulls(v_merge, v_kept_back, v_gone_back, v_words) > 0 THEN
        RAISE EXCEPTION 'which joining, and what becomes of both'
            USING ERRCODE = 'check_violation';
    END IF;
    PERFORM pg_advisory_xact_lock_shared(hashtext('{lock}'));
    SELECT m.kept_id, m.gone_key, m.gone, m.at INTO v_kept, v_gone, v_lost, v_at
    FROM crm_joinedrecord m
    WHERE m.id = v_merge AND m.parted_at IS NULL AND m.kept_id = m.kept_key
        AND NOT EXISTS (
            SELECT FROM crm_joinedrecord n
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
    WHERE w.merge_id = v_merge AND w.model = 'crm.FormerAddress.reader' AND w.how = '{written}'
        AND f.id = (w.was ->> 'id')::bigint AND f.reader_id = v_kept;
    DELETE FROM crm_consentevent e USING crm_mergedrow w
    WHERE w.merge_id = v_merge AND w.model = 'crm.ConsentEvent.reader' AND w.how = '{written}'
        AND e.id = (w.was ->> 'id')::bigint AND e.reader_id = v_kept;
    -- What was withdrawn since then holds for both.
    INSERT INTO crm_consentevent
        (reader_id, channel, purpose, granted, source, wording, notice_id, at, by_id, import_run)
    SELECT v_gone, e.channel, e.purpose, e.granted, e.source, e.wording, e.notice_id, e.at,
        e.by_id, e.import_run
    FROM crm_consentevent e
    WHERE e.reader_id = v_kept
        AND e.id IN (SELECT one::bigint FROM jsonb_array_elements_text(v_words) AS one)
    ORDER BY e.id;
    -- An address that its person has refused since is not on the list by the joining any more.
    DELETE FROM crm_suppression s USING crm_mergedrow w
    WHERE w.merge_id = v_merge AND w.model = 'crm.Suppression' AND w.how = '{written}'
        AND s.id = (w.was ->> 'id')::bigint AND s.reason = '{listed}'
        AND NOT EXISTS (
            SELECT FROM crm_mergedrow o
            WHERE o.merge_id <> v_merge AND o.model = w.model AND o.how = w.how
                AND o.was ->> 'id' = w.was ->> 'id');
    SELECT count(*) INTO v_rows
    FROM crm_mergedrow WHERE merge_id = v_merge AND how <> '{written}';
    DELETE FROM crm_mergedrow WHERE merge_id = v_merge;
    UPDATE crm_joinedrecord
    SET parted_at = statement_timestamp(), taken_apart_by_id = v_by,
        gone = '{{}}', before = '{{}}', after = '{{}}'
    WHERE id = v_merge;
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
    INSERT INTO crm_auditevent (at, user_id, action, object_type, object_id, detail)
    VALUES (statement_timestamp(), v_by, '{parted}', '{reader}', v_kept::text,
            jsonb_build_object('reader', v_gone, 'rows', v_rows));
    PERFORM set_config('pgtrigger.ignore', '{{}}', true);
    RETURN v_gone;
END
$part$;
REVOKE ALL ON FUNCTION {name} FROM PUBLIC;
"""
