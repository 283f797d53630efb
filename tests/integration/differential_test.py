"""All servers answer the same random scripts byte for byte the same, and as the protocol says."""

import dataclasses
import random
import unittest

import programs
from clients import Client, same
from hello import CHUNK, LINE, chunks, line_session

SCRIPTS = 150  # of each framing
LINE_BYTES_MAX = 200

NAMES = [b"", b"Lambda", b"Bond", b"exit ", b"exi", b"\r", b"a\r", b"\r\rb", b"\0", b"\xff\xfe", "λ 🦊".encode(), b"x" * 30,
         b"y" * (LINE_BYTES_MAX - 1), b"z" * LINE_BYTES_MAX]


@dataclasses.dataclass
class Step:
    """One send, and what comes after it."""

    data: bytes
    then_pause: bool  # another connection gets an answer meanwhile, so the server has likely read it


def random_stream(random_: random.Random) -> bytes:
    """Lines; rarely one that is too long, or an exit, somewhere."""
    stream = b""
    for _ in range(random_.randrange(12)):
        dice = random_.random()
        if dice < 0.03:
            name = b"L" * random_.choice([LINE_BYTES_MAX + 1, LINE_BYTES_MAX + 2, 3 * LINE_BYTES_MAX])
        elif dice < 0.06:
            name = b"exit"
        elif dice < 0.2:
            name = random_.randbytes(random_.randrange(60)).replace(b"\n", b"")
        else:
            name = random_.choice(NAMES)
        stream += name + random_.choice([b"\n", b"\n", b"\r\n"])
    if random_.random() < 0.4:
        stream += random_.choice([b"unterminated", b"exit", b"\r", b"x" * LINE_BYTES_MAX, b"x" * (LINE_BYTES_MAX + 1)])
    return stream


def random_splits(random_: random.Random, stream: bytes) -> list[Step]:
    cuts = random_.sample(range(len(stream) + 1), min(random_.randrange(6), len(stream)))
    edges = [0, *sorted(cuts), len(stream)]
    return [Step(stream[a:b], random_.random() < 0.4) for a, b in zip(edges, edges[1:]) if a < b]


def play(server: programs.Server, bystander: Client, steps: list[Step]) -> bytes:
    """Returns all that the server said until it closed. It may close before the script ends."""
    with server.connect() as client:
        for step in steps:
            try:
                client.send(step.data)
            except (BrokenPipeError, ConnectionResetError):
                break
            if step.then_pause:
                bystander.exchange()
        try:
            client.end()
        except OSError:  # closed already
            pass
        return client.receive_rest()


def play_chunks(server: programs.Server, messages: list[bytes], leave_by_exit: bool) -> bytes:
    """One message at a time, so that each is one read."""
    with server.connect(framing=CHUNK) as client:
        said = client.receive(len(CHUNK.welcome))
        for message in messages:
            client.send(message)
            said += client.receive(len(CHUNK.answers(chunks(message))))
        if leave_by_exit:
            client.send(b"exit")
        else:
            client.end()
        return said + client.receive_rest()


class Differential(unittest.TestCase):
    def setUp(self) -> None:
        self.random = programs.seeded_random()

    def start_all(self, *arguments: str) -> list[programs.Server]:
        servers = [variant.start(*arguments) for variant in programs.all_servers()]
        for server in servers:
            self.addCleanup(server.stop)
            self.addCleanup(server.close_clients)
        return servers

    def test_all_servers_answer_the_same_with_lines(self) -> None:
        servers = self.start_all("--line-max", str(LINE_BYTES_MAX))
        bystanders = [server.connect_welcomed() for server in servers]
        for number in range(SCRIPTS):
            stream = random_stream(self.random)
            steps = random_splits(self.random, stream)
            for server, bystander in zip(servers, bystanders):
                with self.subTest(server=str(server), script=number, steps=steps):
                    same(line_session(stream, LINE_BYTES_MAX), play(server, bystander, steps))

    def test_all_servers_answer_the_same_with_chunks(self) -> None:
        servers = self.start_all("--framing", "chunk")
        for number in range(SCRIPTS):
            messages = [self.random.randbytes(self.random.choice([1, 2, 7, 100, 1023, 1024, 1025, 2500]))
                        for _ in range(self.random.randrange(6))]
            leave_by_exit = self.random.random() < 0.5
            expected = CHUNK.welcome + b"".join(CHUNK.answers(chunks(message)) for message in messages)
            for server in servers:
                with self.subTest(server=str(server), script=number, messages=messages):
                    same(expected, play_chunks(server, messages, leave_by_exit))

    def test_the_protocol_as_written_here_has_these_cases(self) -> None:
        """The reference itself, where a mistake would let all servers be wrong together."""
        same(LINE.welcome + b"Hello, a!\nHello, b\r!\n", line_session(b"a\r\nb\r"))
        same(LINE.welcome + b"Hello, !\n", line_session(b"\nexit\nx\n"))
        same(LINE.welcome + b"Hello, abc!\nError: line longer than 3 bytes\n", line_session(b"abc\r\nabcd\nx", 3))


if __name__ == "__main__":
    programs.main()
