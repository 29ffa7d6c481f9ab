"""Who was erased and each version of the impact assessment is only added to; erasing is the
owner's.
"""

from core.grants import Kept

KEPT = [Kept("crm.Erasure"), Kept("crm.Assessment")]
OWNER_FUNCTIONS = ["huixiang_erase_reader(bigint, bytea, text[], bigint, text)"]
