"""Taking an import back removes what the import itself had written into the ledger of consents."""

OWNER_FUNCTIONS = ["huixiang_undo_consents(bigint, bigint[])"]
