"""``python -m tests.bench.mail_sink``: an SMTP server that only counts, so that senders are what is
measured.

Prints its port. ``XSTAT`` answers one JSON line (messages, distinct receivers, bytes, one message)
and starts anew.
"""

import asyncio
import json

from tests.bench.mail_links import links_in

EHLO = b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
OK, GO_ON, BYE = b"250 ok\r\n", b"354 go on\r\n", b"221 bye\r\n"
END = b"\r\n.\r\n"


class Counter:
    def __init__(self):
        self.messages = self.bytes = 0
        self.receivers: set[bytes] = set()
        self.sample = b""

    def report(self) -> bytes:
        told = {"messages": self.messages, "receivers": len(self.receivers), "bytes": self.bytes}
        told["links"] = links_in(self.sample)
        self.__init__()
        return b"250 " + json.dumps(told).encode() + b"\r\n"


counter = Counter()


class Session(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.buffer, self.content = transport, b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data):
        self.buffer += data
        answers = []
        while self.take(answers):
            pass
        if answers:
            self.transport.write(b"".join(answers))

    def take(self, answers: list[bytes]) -> bool:
        """Take one message or one command off the buffer; False when neither is complete."""
        piece, end, rest = self.buffer.partition(END if self.content else b"\r\n")
        if not end:
            return False
        self.buffer = rest
        if self.content:
            counter.messages += 1
            counter.bytes += len(piece)
            counter.sample = piece
            self.content = False
            answers.append(OK)
        else:
            answers.append(self.command(piece))
        return True

    def command(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb == b"RCPT":
            counter.receivers.add(line)
        elif verb == b"DATA":
            self.content = True
            return GO_ON
        elif verb == b"EHLO":
            return EHLO
        elif verb == b"XSTA":
            return counter.report()
        elif verb == b"QUIT":
            return BYE
        return OK


async def serve() -> None:
    server = await asyncio.get_running_loop().create_server(Session, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
