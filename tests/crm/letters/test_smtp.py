"""One connection, many messages, each answer told to the right one; with and without pipelining."""

import pytest

from crm.letters import smtp
from crm.letters.skeleton import Message

PIPELINED, PLAIN = [b"PIPELINING", b"SMTPUTF8"], []
BODY = b"Subject: x\r\n\r\n.\r\n..two\r\nend\r\n"


def messages(*names: str) -> list[Message]:
    return [Message(pk, f"{name}@example.org", BODY) for pk, name in enumerate(names, start=1)]


def send(sink, *names: str) -> tuple[list[tuple[int, str]], list[int]]:
    """Results as (pk, kind), and the intents in the order they were declared."""
    intents: list[int] = []
    with smtp.Connection() as connection:
        results = list(connection.send(messages(*names), intents.append))
    return [(result.pk, result.kind) for result in results], intents


@pytest.fixture(params=[PIPELINED, PLAIN], ids=["pipelined", "step by step"])
def either(sink, request):
    sink.extensions = request.param
    return sink


def test_every_message_arrives_byte_for_byte(either):
    results, intents = send(either, "a", "b", "c")
    assert results == [(1, "sent"), (2, "sent"), (3, "sent")]
    assert intents == [1, 2, 3]
    assert either.received == [(f"{name}@example.org", BODY) for name in "abc"]
    assert either.verbs[-1] == "QUIT"


@pytest.mark.parametrize("stage", ["rcpt", "content"])
def test_refusal_in_the_middle_belongs_to_its_own_message(either, stage):
    """Fault 13. The second answer is a refusal of two lines, to the recipient or to the content."""
    seen = []

    def rule(at, text):
        if at == stage:
            seen.append(text)
            return b"550-two lines\r\n550 no" if len(seen) == 2 else None
        return None

    either.rule = rule
    results, _intents = send(either, "a", "b", "c")
    assert results == [(1, "sent"), (2, "refused"), (3, "sent")]
    assert either.addresses == ["a@example.org", "c@example.org"]


@pytest.mark.parametrize("refused_at", [1, 2])
def test_refused_sender_is_no_messages_fault_and_ends_the_run(either, refused_at):
    seen = []

    def rule(stage, text):
        if stage == "mail":
            seen.append(text)
            return b"550 5.7.1 not you" if len(seen) == refused_at else None
        return None

    either.rule = rule
    with smtp.Connection() as connection:
        results = list(connection.send(messages("a", "b", "c"), lambda _pk: None))
    assert [(result.pk, result.kind) for result in results] == [(1, "sent")][: refused_at - 1]
    assert connection.sender_refused == "MAIL FROM <library@example.org>: 550 5.7.1 not you"
    assert len(either.received) == refused_at - 1


def test_envelope_takes_the_address_of_a_sender_written_with_a_name(either, settings):
    settings.DEFAULT_FROM_EMAIL = "The Library <library@example.edu>"
    seen = []
    either.rule = lambda stage, text: seen.append(text) if stage == "mail" else None
    assert send(either, "a") == ([(1, "sent")], [1])
    assert seen == ["FROM:<library@example.edu>"]


def test_data_taken_without_a_recipient_is_ended_with_nothing(sink):
    sink.lax = True
    sink.rule = lambda stage, text: b"550 no" if stage == "rcpt" and "b@" in text else None
    results, _intents = send(sink, "a", "b", "c")
    assert results == [(1, "sent"), (2, "refused"), (3, "sent")]
    assert sink.addresses == ["a@example.org", "c@example.org"]


@pytest.mark.parametrize(
    ("stage", "kind", "intents"),
    [("mail", "later", [1]), ("rcpt", "later", [1]), ("content", "unknown", [1, 2])],
)
def test_lost_connection_is_in_doubt_only_after_the_content_left(either, stage, kind, intents):
    """Faults 5, 6. The server hangs up at each step of the second message."""
    seen = []

    def rule(at, text):
        if at == stage:
            seen.append(text)
            if len(seen) == 2:
                raise ConnectionError
        return

    either.rule = rule
    assert send(either, "a", "b", "c") == ([(1, "sent"), (2, kind)], intents)


def test_temporary_refusal_is_for_later(either):
    """Fault 6. A 4xx to one recipient says nothing about the next."""
    either.rule = lambda stage, text: b"450 busy" if stage == "rcpt" and "a@" in text else None
    assert send(either, "a", "b")[0] == [(1, "later"), (2, "sent")]


def test_421_to_an_envelope_ends_the_connection(either):
    either.rule = lambda stage, text: b"421 closing" if stage == "mail" else None
    assert send(either, "a", "b") == ([(1, "later")], [])


def test_421_between_two_messages_is_no_answer_to_the_second(either):
    """Servers that take so many messages a connection and no more. The second waits at no cost."""
    seen = []

    def rule(stage, text):
        if stage == "mail":
            seen.append(text)
            return b"421 closing" if len(seen) == 2 else None
        return None

    either.rule = rule
    assert send(either, "a", "b", "c") == ([(1, "sent")], [1])
    # The next connection begins with it, and to its first message a 421 is an answer.
    either.rule = lambda stage, text: b"421 closing" if stage == "mail" else None
    assert send(either, "b", "c") == ([(1, "later")], [])


def test_international_address_needs_a_server_that_reads_it(sink):
    sink.extensions = [b"PIPELINING"]
    assert send(sink, "a", "李", "c")[0] == [(1, "sent"), (2, "refused"), (3, "sent")]
    sink.extensions = PIPELINED
    assert send(sink, "李")[0] == [(1, "sent")]
    assert sink.addresses == ["a@example.org", "c@example.org", "李@example.org"]


def test_one_round_trip_per_message_where_pipelining_is_offered(sink):
    """The envelope of the next message is there before the answer to this one's content is."""
    send(sink, "a", "b")
    data = [index for index, verb in enumerate(sink.verbs) if verb == "DATA"]
    assert sink.verbs[data[0] + 1 : data[1]] == ["MAIL", "RCPT"]


class RecordedSocket:
    """A socket that remembers what is written to it."""

    def __init__(self, socket):
        self.socket = socket
        self.written: list[bytes] = []

    def sendall(self, data: bytes) -> None:
        self.written.append(data)
        self.socket.sendall(data)

    def __getattr__(self, name):
        return getattr(self.socket, name)


def test_next_envelope_is_written_with_this_content(sink):
    sink.extensions = PIPELINED
    with smtp.Connection() as connection:
        recorded = connection.server.sock = RecordedSocket(connection.server.sock)
        results = list(connection.send(messages("a", "b"), lambda _pk: None))

    def envelope(name: bytes) -> bytes:
        return b"MAIL FROM:<library@example.org>\r\nRCPT TO:<%s@example.org>\r\nDATA\r\n" % name

    content = smtp.on_the_wire(BODY)
    assert [result.kind for result in results] == ["sent", "sent"]
    assert recorded.written[:-1] == [envelope(b"a"), content + envelope(b"b"), content]
    assert recorded.written[-1] == b"quit\r\n"


def test_step_by_step_every_command_is_written_alone(sink):
    sink.extensions = PLAIN
    with smtp.Connection() as connection:
        recorded = connection.server.sock = RecordedSocket(connection.server.sock)
        list(connection.send(messages("a"), lambda _pk: None))

    assert recorded.written == [
        b"MAIL FROM:<library@example.org>\r\n",
        b"RCPT TO:<a@example.org>\r\n",
        b"DATA\r\n",
        smtp.on_the_wire(BODY),
        b"quit\r\n",
    ]


def test_server_that_is_not_there_is_unreachable(settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(smtp.Unreachable, match="refused"):
        smtp.Connection()
