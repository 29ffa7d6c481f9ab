"""Which record went into which is written by the owner's functions alone."""

from core.grants import Kept

KEPT = [Kept("crm.JoinedRecord", by_owner=True), Kept("crm.MergedRow", by_owner=True)]
OWNER_FUNCTIONS = [
    "huixiang_join_readers(bigint, bigint, bigint, text, jsonb, jsonb, jsonb, jsonb)",
    "huixiang_part_readers(bigint, bigint, jsonb, jsonb, jsonb)",
]
