"""--work and --work-on: the same answers in the same order wherever the work is done; what differs is who waits for it."""

import unittest

import programs
from clients import Client, Stopwatch
from hello import CHUNK, LINE, line_session

NAMES = [b"%d" % i for i in range(20)]


class Mode:
    """How a server is told to work, for one kind of work."""

    def __init__(self, where: str, *arguments: str) -> None:
        self.where = where
        self.arguments = arguments


LOOP = Mode("loop", "--work-on", "loop")
TIMER = Mode("timer", "--work-on", "timer")
WORKERS = Mode("workers", "--work-on", "workers", "--workers", "4")
THREAD = Mode("thread")


@programs.for_each(programs.all_servers())
class Work:
    def modes(self, kind: str) -> list[Mode]:
        if self.variant.is_threaded:
            return [THREAD]
        return [LOOP, WORKERS] if kind == "cpu" else [LOOP, TIMER, WORKERS]

    def each_server(self, kind: str, duration: str, *arguments: str):
        work = kind if kind == "none" else f"{kind}:{duration}"
        for mode in self.modes(kind):
            with self.subTest(mode=mode.where, work=work):
                yield mode, self.serve("--work", work, *mode.arguments, *arguments)

    def test_answers_keep_their_order(self) -> None:
        data = b"\n".join(NAMES) + b"\nlast"
        for kind in ("none", "sleep", "cpu"):
            for _, server in self.each_server(kind, "300us"):
                client = server.connect()
                client.send(data)
                client.end()
                client.expect_rest(line_session(data))

    def test_exit_comes_in_its_turn(self) -> None:
        for kind in ("none", "sleep", "cpu"):
            for _, server in self.each_server(kind, "300us"):
                client = server.connect_welcomed()
                client.send(b"a\nb\nexit\nnever\n")
                client.expect_rest(LINE.answers([b"a", b"b"]))

    def test_chunks_keep_their_order(self) -> None:
        for kind in ("none", "sleep", "cpu"):
            for _, server in self.each_server(kind, "300us", "--framing", "chunk"):
                client = server.connect_welcomed(framing=CHUNK)
                client.send(b"a" * 1024 + b"b" * 1024 + b"c")
                client.end()
                client.expect_rest(CHUNK.answers([b"a" * 1024, b"b" * 1024, b"c"]))

    def test_connections_do_not_wait_for_each_other(self) -> None:
        """But where the work is done on the loop. Fifty times 100 ms are 5 s one after the other."""
        for mode, server in self.each_server("sleep", "100ms"):
            if mode is LOOP:
                continue
            clients = [server.connect_welcomed() for _ in range(50)]
            watch = Stopwatch()
            ask_and_expect(clients)
            self.assertGreaterEqual(watch.seconds, 0.1)
            self.assertLess(watch.seconds, 3.5)

    def test_work_on_the_loop_blocks_its_connections(self) -> None:
        for mode, server in self.each_server("sleep", "30ms"):
            if mode is LOOP and "1" in self.variant.arguments:
                clients = [server.connect_welcomed() for _ in range(10)]
                watch = Stopwatch()
                ask_and_expect(clients)
                self.assertGreaterEqual(watch.seconds, 0.3)

    def test_work_takes_its_time(self) -> None:
        for kind in ("sleep", "cpu"):
            for _, server in self.each_server(kind, "20ms"):
                client = server.connect_welcomed()
                watch = Stopwatch()
                for name in NAMES[:5]:
                    client.exchange(name)
                self.assertGreaterEqual(watch.seconds, 0.1)

    def test_each_message_is_answered_before_the_work_for_the_next(self) -> None:
        for mode, server in self.each_server("sleep", "50ms"):
            if mode is LOOP:
                continue  # it answers when the whole event is done
            client = server.connect_welcomed()
            client.send(b"a\n" * 40)
            watch = Stopwatch()
            client.expect(LINE.answer(b"a"))
            self.assertLess(watch.seconds, 1.5)

    def test_a_client_that_leaves_during_the_work_harms_nobody(self) -> None:
        for kind in ("sleep", "cpu"):
            for _, server in self.each_server(kind, "2ms"):
                for number in range(30):
                    client = server.connect_welcomed()
                    client.send(b"a\nb\nc")
                    if number % 3 == 0:
                        client.reset()
                    elif number % 3 == 1:
                        client.close()
                    else:
                        client.end()
                server.connect_welcomed().exchange()


def ask_and_expect(clients: list[Client]) -> None:
    for client in clients:
        client.send(b"Bond\n")
    for client in clients:
        client.expect(LINE.answer(b"Bond"))


class WorkOptions(unittest.TestCase):
    def test_what_cannot_be_is_wrong_usage(self) -> None:
        for arguments in (["--work-on", "workers"], ["--work", "cpu:1ms", "--work-on", "timer"], ["--work", "bogus"],
                          ["--work", "sleep"], ["--work", "sleep:"], ["--work", "sleep:1"], ["--work", "sleep:-1s"],
                          ["--work-on", "moon"]):
            with self.subTest(arguments=arguments):
                self.assertEqual(2, programs.run("hello-tcp", "--port", "0", *arguments).code)


if __name__ == "__main__":
    programs.main()
