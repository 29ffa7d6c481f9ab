"""The demo's mail server: accepts everything and keeps each message as a file of a Maildir for the
mailbox page.

``python -m ops.mailbox FOLDER PORT [HOST]``. It never passes anything on.
"""

import asyncio
import itertools
import os
import signal
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP

#: Mail from elsewhere is taken only where a container must let it in.
OWN_MACHINE = "127.0.0.1"
counter = itertools.count()


class Keep:
    """Writes messages to ``folder/new``, oldest name first, complete or not at all."""

    def __init__(self, folder: Path):
        """Makes the three folders of a maildir where they are missing; OSError where it may not."""
        self.folder = folder
        for name in ("tmp", "new", "cur"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, server, session, envelope):
        """Keep one message, and tell the sender that it is taken. OSError without room."""
        # The reader of a Maildir looks into "new" alone, so that a file half written is never seen.
        name = f"{time.time_ns():020}.{os.getpid()}_{next(counter)}.local"
        draft = self.folder / "tmp" / name
        draft.write_bytes(envelope.original_content)
        draft.rename(self.folder / "new" / name)
        return "250 kept"


async def serve(folder: Path, port: int, host: str) -> None:
    """Take mail on ``host:port`` until SIGTERM or Ctrl-C."""
    loop = asyncio.get_running_loop()
    handler = Keep(folder)
    server = await loop.create_server(
        lambda: SMTP(
            handler,
            hostname="localhost",
            enable_SMTPUTF8=True,
            data_size_limit=32 * 1024 * 1024,
            loop=loop,
        ),
        host,
        port,
    )
    ended = loop.create_future()
    for number in (signal.SIGTERM, signal.SIGINT):
        # A second signal finds the wish fulfilled; setting it twice would be an error.
        loop.add_signal_handler(number, lambda: ended.done() or ended.set_result(None))
    async with server:
        await ended


def main(arguments: list[str]) -> None:
    """FOLDER PORT, and a HOST where mail may come from elsewhere."""
    folder, port, *others = arguments
    host = OWN_MACHINE
    if others:
        host = others[0]
    asyncio.run(serve(Path(folder), int(port), host))


if __name__ == "__main__":
    main(sys.argv[1:])
