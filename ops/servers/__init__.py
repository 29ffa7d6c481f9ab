"""PostgreSQL 18 and Valkey 9 from wheels, as private servers behind unix sockets.

``ops.local`` starts them.
"""

from ops.servers.account import SOCKET_LIMIT, package_folder, private_folder, socket_folder
from ops.servers.postgres import POSTGRES_MAJOR, Postgres
from ops.servers.processes import LocalError, is_running, run, wait_until
from ops.servers.valkey import Valkey

__all__ = [
    "POSTGRES_MAJOR",
    "SOCKET_LIMIT",
    "LocalError",
    "Postgres",
    "Valkey",
    "is_running",
    "package_folder",
    "private_folder",
    "run",
    "socket_folder",
    "wait_until",
]
