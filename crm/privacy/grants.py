"""Who was erased and what was once published as notice is only added to; erasing is the owner's."""

from core.grants import Kept

KEPT = [Kept("crm.Erasure")]
OWNER_FUNCTIONS = ["huixiang_erase_reader(bigint, bytea, text[], bigint, text)"]
