"""What the owner of the database does for subscribers."""

KEPT = []
OWNER_FUNCTIONS = ["huixiang_release_subscribed(bigint, bytea[])"]
