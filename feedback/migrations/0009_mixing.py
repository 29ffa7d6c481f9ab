"""The one way from a held answer to a response: a function with its owner's rights.

It trusts its caller with the content, which only who has the private key can know, and with nothing
else: how many are written and stay behind, what stands beside the answers, whether the survey is
over, and that none is lost, it sees to by itself.
"""

from django.db import migrations

ACTION = "survey.mix"
MIX = """
CREATE FUNCTION huixiang_mix_answers(
    asked bigint,       -- the survey
    library_k integer,  -- the library's; the survey's own may be higher, and 5 is the lowest
    taken uuid[],       -- the held rows that were opened
    kept bytea[],       -- the boxes that stay held, sealed anew
    kept_key bigint,
    written jsonb,      -- [{version, channel, language, flagged, answers, digest, codes, nums, texts}]
    written_on timestamptz,
    is_last boolean
) RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    survey feedback_survey%ROWTYPE;
    k integer;
    gone integer;
    n integer := jsonb_array_length(written);
    lost integer;
BEGIN
    SELECT * INTO STRICT survey FROM feedback_survey WHERE id = asked FOR NO KEY UPDATE;
    k := greatest(5, library_k, survey.smallest_batch);
    IF NOT survey.anonymous THEN
        RAISE EXCEPTION 'survey % is not anonymous', asked USING ERRCODE = 'check_violation';
    END IF;

    IF is_last THEN
        IF survey.state <> 'closed' AND NOT coalesce(survey.closes_at <= clock_timestamp(), false)
        THEN
            RAISE EXCEPTION 'survey % is not over', asked USING ERRCODE = 'serialization_failure';
        END IF;
        PERFORM set_config('lock_timeout', '2s', true);
        -- Submits under way end first; whoever comes later finds the survey closed.
        LOCK TABLE feedback_heldanswer IN SHARE ROW EXCLUSIVE MODE;
        IF EXISTS (
            SELECT 1 FROM feedback_heldanswer WHERE survey_id = asked AND id <> ALL(taken))
        THEN
            RAISE EXCEPTION 'answers came meanwhile' USING ERRCODE = 'serialization_failure';
        END IF;
    END IF;

    DELETE FROM feedback_heldanswer WHERE survey_id = asked AND id = ANY(taken);
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone <> cardinality(taken) THEN
        RAISE EXCEPTION 'another run took them' USING ERRCODE = 'serialization_failure';
    END IF;

    -- Fewer than k of one kind cannot be shown, ever; they may go when the survey is over, and only
    -- then. There are two kinds: those that count and those that look automatic.
    lost := gone - n - cardinality(kept);
    IF lost < 0 OR lost > 2 * (k - 1) OR (lost > 0 AND NOT is_last) THEN
        RAISE EXCEPTION 'answers would be lost' USING ERRCODE = 'check_violation';
    END IF;
    IF is_last AND cardinality(kept) > 0 THEN
        RAISE EXCEPTION 'nothing comes to mix these with' USING ERRCODE = 'check_violation';
    END IF;
    IF n > 0 AND NOT is_last AND cardinality(kept) < k THEN
        RAISE EXCEPTION 'fewer than % would stay behind', k USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1
        FROM jsonb_array_elements(written) AS w (one)
        GROUP BY one -> 'version', one -> 'channel', one -> 'language', one -> 'flagged'
        HAVING count(*) < k)
    THEN
        RAISE EXCEPTION 'fewer than % are alike', k USING ERRCODE = 'check_violation';
    END IF;

    INSERT INTO feedback_heldanswer (id, survey_id, key_id, sealed)
    SELECT gen_random_uuid(), asked, kept_key, box
    FROM unnest(kept) AS b (box);

    WITH batch AS MATERIALIZED (
        SELECT gen_random_uuid() AS id, one, place
        FROM jsonb_array_elements(written) WITH ORDINALITY AS w (one, place)
    ),
    responses AS (
        INSERT INTO feedback_response (
            id, survey_id, version_id, channel_id, segment_ids, language, answers, digest, flagged,
            submitted_at)
        SELECT
            id, asked, (one ->> 'version')::bigint, (one ->> 'channel')::bigint, '{}',
            one ->> 'language', one -> 'answers', one ->> 'digest', one ->> 'flagged', written_on
        FROM batch
        ORDER BY place
    ),
    vectors AS (
        INSERT INTO feedback_responsevector (response_id, survey_id, codes, nums, weight)
        SELECT
            id, asked,
            ARRAY(
                SELECT code::smallint
                FROM jsonb_array_elements_text(one -> 'codes') WITH ORDINALITY AS c (code, at)
                ORDER BY at),
            ARRAY(
                SELECT num::float8
                FROM jsonb_array_elements_text(one -> 'nums') WITH ORDINALITY AS c (num, at)
                ORDER BY at),
            1
        FROM batch
        ORDER BY place
    )
    INSERT INTO feedback_answertext (response_id, item_id, text)
    SELECT batch.id, item.id, word.value ->> 1
    FROM batch
    CROSS JOIN jsonb_array_elements(batch.one -> 'texts') AS word (value)
    JOIN feedback_item item
        ON item.survey_id = asked
        AND item.ordinal = (word.value ->> 0)::integer
    ORDER BY batch.place, item.ordinal;

    -- Who took part since the last batch, in a new order and by this transaction. Until there is a
    -- batch they stay among those that are written anew.
    WITH before AS (
        DELETE FROM feedback_participation
        WHERE survey_id = asked AND (is_last OR NOT mixed)
        RETURNING digest, receipt, day
    )
    INSERT INTO feedback_participation (survey_id, digest, receipt, day, mixed)
    SELECT
        asked, digest, receipt,
        -- One day for all of them.
        max(day) OVER (),
        n > 0 OR is_last
    FROM before
    ORDER BY gen_random_uuid();

    IF n > 0 OR is_last THEN
        INSERT INTO crm_auditevent (at, action, object_type, object_id, detail)
        VALUES (
            clock_timestamp(), '{action}', 'feedback.survey', asked::text,
            jsonb_build_object('rows', n, 'last', is_last));
    END IF;
    RETURN n;
END
$$;
REVOKE ALL ON FUNCTION huixiang_mix_answers(
    bigint, integer, uuid[], bytea[], bigint, jsonb, timestamptz, boolean) FROM PUBLIC;
"""
UNDO = """
DROP FUNCTION huixiang_mix_answers(
    bigint, integer, uuid[], bytea[], bigint, jsonb, timestamptz, boolean)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0008_held_answers_say_nothing_else"),
        ("crm", "0007_job_title_values"),
    ]

    operations = [migrations.RunSQL(MIX.replace("{action}", ACTION), UNDO)]
