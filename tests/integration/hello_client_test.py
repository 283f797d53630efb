"""hello-client: what it says to people and to servers, good ones and others."""

import contextlib
import signal
import socket
import subprocess
import threading
import unittest
from collections.abc import Callable, Iterator

import programs
from clients import SECONDS_MAX
from hello import Framing, CHUNK, LINE

FRAMINGS = [LINE, CHUNK]


def client(port: int, *arguments: str, framing: Framing = LINE, stdin: bytes = b"") -> programs.Exit:
    return programs.run("hello-client", "--port", str(port), "--framing", framing.name, *arguments, stdin=stdin)


def printed(names: list[str]) -> str:
    return "".join(f"{line}\n" for line in ["Welcome!"] + [f"Hello, {name}!" for name in names])


@contextlib.contextmanager
def server_that(behaves: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server of one connection that does what we like. Gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(SECONDS_MAX)

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, contextlib.suppress(ConnectionResetError):  # the client may leave as it likes
                connection.settimeout(SECONDS_MAX)
                behaves(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(SECONDS_MAX)


@programs.for_each(programs.all_servers())
class HelloClient:
    def serve_framing(self, framing: Framing) -> int:
        return self.serve("--framing", framing.name).address[1]

    def test_prints_the_welcome_and_an_answer_for_each_argument(self) -> None:
        for framing in FRAMINGS:
            port = self.serve_framing(framing)
            for names in (["Lambda"], ["Lambda", "Bond", "alpha"], ["Zoë λ 🦊", "two words", "%s", "-"], ["x" * 1024]):
                with self.subTest(framing=framing.name, names=names):
                    self.assertEqual(programs.Exit(0, printed(names), ""), client(port, *names, framing=framing))

    def test_takes_names_from_standard_input(self) -> None:
        for framing in FRAMINGS:
            port = self.serve_framing(framing)
            for text, names in ((b"Lambda\nBond\n", ["Lambda", "Bond"]), (b"Lambda\nBond", ["Lambda", "Bond"]),
                                (b"a\r\nb\r\n", ["a", "b"]), ("Zoë\n".encode(), ["Zoë"]), (b"", [])):
                with self.subTest(framing=framing.name, text=text):
                    self.assertEqual(programs.Exit(0, printed(names), ""), client(port, framing=framing, stdin=text))

    def test_passes_any_byte_of_a_name_unchanged(self) -> None:
        name = bytes(byte for byte in range(256) if byte not in b"\n\r")
        end = client(self.serve_framing(LINE), stdin=name + b"\n")
        self.assertEqual((0, ""), (end.code, end.stderr))
        self.assertEqual(b"Welcome!\nHello, " + name + b"!\n", end.stdout.encode("utf-8", "surrogateescape"))

    def test_takes_thousands_of_names(self) -> None:
        names = [str(number) for number in range(20_000)]
        end = client(self.serve_framing(LINE), stdin="\n".join(names).encode())
        self.assertEqual((0, ""), (end.code, end.stderr))
        self.assertTrue(printed(names) == end.stdout, "20,000 names were not all answered in order")

    def test_takes_long_names(self) -> None:
        names = [letter * 60_000 for letter in "abcdefgh" * 20]
        end = client(self.serve_framing(LINE), stdin="\n".join(names).encode())
        self.assertEqual((0, ""), (end.code, end.stderr))
        self.assertTrue(printed(names) == end.stdout, "long names were not all answered in order")

    def test_exit_is_the_last_thing_it_says(self) -> None:
        for framing in FRAMINGS:
            end = client(self.serve_framing(framing), "Bond", "exit", "never", framing=framing)
            self.assertEqual(programs.Exit(0, printed(["Bond"]), ""), end)

    def test_talks_while_names_are_typed(self) -> None:
        """An answer comes before the next name is known."""
        for framing in FRAMINGS:
            port = str(self.serve_framing(framing))
            command = [str(programs.BIN_DIR / "hello-client"), "--port", port, "--framing", framing.name]
            running = programs.Program(command, stdin=subprocess.PIPE)
            self.assertEqual(["Welcome!"], running.stdout.wait_for_lines(1))
            for count, name in enumerate(["Lambda", "Bond"], start=2):
                running.process.stdin.write(f"{name}\n".encode())
                self.assertEqual(f"Hello, {name}!", running.stdout.wait_for_lines(count)[-1])
            running.process.stdin.close()
            self.assertEqual(programs.Exit(0, printed(["Lambda", "Bond"]), ""), running.wait())

    def test_waits_for_answers_that_take_their_time(self) -> None:
        server = self.serve("--work", "sleep:20ms")
        names = [str(number) for number in range(10)]
        self.assertEqual(programs.Exit(0, printed(names), ""), client(server.address[1], *names))

    def test_a_server_that_stops_is_an_error(self) -> None:
        server = self.serve()
        command = [str(programs.BIN_DIR / "hello-client"), "--port", str(server.address[1])]
        running = programs.Program(command, stdin=subprocess.PIPE)
        running.stdout.wait_for_lines(1)
        self.assertEqual(0, server.stop(signal.SIGTERM).code)
        end = running.wait()
        running.process.stdin.close()
        self.assertEqual((1, 1), (end.code, end.stderr.count("\n")))


class StrangeServers(unittest.TestCase):
    def expect_failure(self, end: programs.Exit, pattern: str) -> None:
        self.assertEqual(1, end.code, end)
        self.assertRegex(end.stderr, rf"\Ahello-client: [^\n]*{pattern}[^\n]*\n\Z")

    def test_no_server_is_told_with_a_fix(self) -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))  # and does not listen, so nobody else can have the port
            port = unused.getsockname()[1]
            end = client(port, "Bond")
        self.expect_failure(end, rf"127\.0\.0\.1:{port}: Connection refused\. Fix: .*hello-tcp")
        self.assertEqual("", end.stdout)

    def test_a_server_that_closes_early_is_told_with_what_is_missing(self) -> None:
        def behave(connection: socket.socket) -> None:
            connection.sendall(b"Welcome!\n")
            connection.recv(1000)
            connection.sendall(b"Hello, a!\n")

        with server_that(behave) as port:
            end = client(port, "a", "b", "c")
        self.expect_failure(end, r"1 answer to 3 names")
        self.assertEqual(printed(["a"]), end.stdout)

    def test_a_server_that_closes_at_once_is_an_error(self) -> None:
        for framing in FRAMINGS:
            with self.subTest(framing=framing.name), server_that(lambda connection: None) as port:
                self.expect_failure(client(port, "Bond", framing=framing), "closed|reset")

    def test_a_server_that_closes_within_an_answer_is_an_error(self) -> None:
        def behave(connection: socket.socket) -> None:
            connection.sendall(b"Welcome!\nHello, Bo")
            connection.recv(1000)

        with server_that(behave) as port:
            self.expect_failure(client(port, "Bond"), "0 answers to 1 name")

    def test_a_server_that_resets_is_an_error(self) -> None:
        def behave(connection: socket.socket) -> None:
            connection.sendall(b"Welcome!\n")
            connection.recv(1000)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

        with server_that(behave) as port:
            self.expect_failure(client(port, "Bond"), "0 answers")

    def expect_failure_of_answer(self, answer: bytes) -> None:
        def behave(connection: socket.socket) -> None:
            connection.sendall(b"Welcome!\n")
            connection.recv(1000)
            connection.sendall(answer)

        with self.subTest(answer=answer), server_that(behave) as port:
            self.expect_failure(client(port, "Bond"), "0 answers to 1 name")

    def test_what_is_no_answer_is_an_error(self) -> None:
        for answer in (b"220 ready\n", b"Error: line longer than 3 bytes\n", b"\n", b"Welcome!\n"):
            self.expect_failure_of_answer(answer)

    def test_an_answer_to_another_name_is_an_error(self) -> None:
        for answer in (b"Hello, James!\n", b"Hello, Bond\n"):
            self.expect_failure_of_answer(answer)

    def test_an_error_of_the_server_is_shown(self) -> None:
        server = programs.Variant("hello-threaded").start("--line-max", "3")
        self.addCleanup(server.stop)
        end = client(server.address[1], "Bob", "Lambda", "Bob")
        self.expect_failure(end, r"1 answer to 3 names")
        self.assertEqual(printed(["Bob"]) + "Error: line longer than 3 bytes\n", end.stdout)

    def test_a_server_that_says_nothing_is_told_with_a_fix(self) -> None:
        def behave(connection: socket.socket) -> None:
            connection.recv(1000)  # until the client gives up

        with server_that(behave) as port:
            self.expect_failure(client(port, "--timeout", "200ms", "Bond"), r"no welcome within 200ms\. Fix: ")

    def test_the_other_framing_is_told_with_a_fix(self) -> None:
        for ours, theirs in ((LINE, CHUNK), (CHUNK, LINE)):
            server = programs.Variant("hello-threaded").start("--framing", theirs.name)
            self.addCleanup(server.stop)
            self.expect_failure(client(server.address[1], "--timeout", "500ms", "Bond", framing=ours), "Fix: ")

    def test_a_standard_output_that_nobody_reads_is_no_crash(self) -> None:
        server = programs.Variant("hello-tcp").start()
        self.addCleanup(server.stop)
        command = [str(programs.BIN_DIR / "hello-client"), "--port", str(server.address[1]), "Bond"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
            running.stdout.close()
            text = running.stderr.read()
        self.assertIn(running.returncode, (0, 1), text)

    def test_names_that_cannot_be_sent_are_wrong_usage(self) -> None:
        for arguments in (["a\nb"], ["--framing", "chunk", ""], ["--framing", "chunk", "x" * 1025]):
            end = programs.run("hello-client", *arguments)
            self.assertEqual((2, 1), (end.code, end.stderr.count("\n")), end)


if __name__ == "__main__":
    programs.main()
