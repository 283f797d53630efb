"""hello-client --udp: what it prints and says with good servers, and with those that lose, repeat, delay, reorder or make up answers."""

import socket
import subprocess
import sys
import unittest

import programs
from clients import Stopwatch
from datagrams import FOLDER, StrangeServer

WINDOW = 16  # names under way at a time
FOREVER = "1h"


def client(port: int, *arguments: str, stdin: bytes = b"") -> programs.Exit:
    return programs.run("hello-client", "--udp", "--port", str(port), *arguments, stdin=stdin)


def printed(names: list[str]) -> str:
    return "".join(f"Hello, {name}!\n" for name in names)


def well(names: list[str]) -> programs.Exit:
    return programs.Exit(0, printed(names), "")


class GoodServer:
    """Tests with a server that answers each datagram by one. `start_server` returns its port."""

    def test_prints_an_answer_for_each_argument(self) -> None:
        port = self.start_server()
        for names in (["Lambda"], ["Lambda", "Bond", "alpha"], ["Zoë λ 🦊", "two words", "%s", "-"], [""], ["a\nb"], ["x" * 1024]):
            with self.subTest(names=names):
                self.assertEqual(well(names), client(port, *names))

    def test_takes_names_from_standard_input(self) -> None:
        port = self.start_server()
        for text, names in ((b"Lambda\nBond\n", ["Lambda", "Bond"]), (b"Lambda\nBond", ["Lambda", "Bond"]), (b"a\r\nb\r\n", ["a", "b"]),
                            (b"\n\na\n", ["", "", "a"]), (b"", [])):
            with self.subTest(text=text):
                self.assertEqual(well(names), client(port, stdin=text))

    def test_passes_any_byte_of_a_name_unchanged(self) -> None:
        name = bytes(byte for byte in range(256) if byte not in b"\n\r")
        end = client(self.start_server(), stdin=name + b"\n")
        self.assertEqual((0, ""), (end.code, end.stderr))
        self.assertEqual(b"Hello, " + name + b"!\n", end.stdout.encode("utf-8", "surrogateescape"))

    def test_exit_is_a_name(self) -> None:
        self.assertEqual(well(["Bond", "exit", "alpha"]), client(self.start_server(), "Bond", "exit", "alpha"))

    def test_equal_names_are_answered_each(self) -> None:
        names = ["a", "a", "b", "a"] * 20
        self.assertEqual(well(names), client(self.start_server(), *names))

    def test_takes_a_thousand_names(self) -> None:
        names = [str(number) for number in range(1000)]
        end = client(self.start_server(), stdin="\n".join(names).encode())
        self.assertEqual((0, ""), (end.code, end.stderr))
        self.assertTrue(printed(names) == end.stdout, "1000 names were not all answered in order")

    def test_talks_while_names_are_typed(self) -> None:
        """An answer comes before the next name is known."""
        command = [str(programs.BIN_DIR / "hello-client"), "--udp", "--port", str(self.start_server())]
        running = programs.Program(command, stdin=subprocess.PIPE)
        for count, name in enumerate(["Lambda", "Bond"], start=1):
            running.process.stdin.write(f"{name}\n".encode())
            self.assertEqual(f"Hello, {name}!", running.stdout.wait_for_lines(count)[-1])
        running.process.stdin.close()
        self.assertEqual(well(["Lambda", "Bond"]), running.wait())


@programs.for_each(programs.all_udp_servers())
class OurServer(GoodServer):
    def start_server(self, *arguments: str) -> int:
        server = self.variant.start(*arguments)
        self.addCleanup(server.stop)
        return server.address[1]

    def test_takes_the_longest_names(self) -> None:
        names = [letter * 65_499 for letter in "abcdefgh"]
        end = client(self.start_server(), stdin="\n".join(names).encode())
        self.assertEqual((0, ""), (end.code, end.stderr))
        self.assertTrue(printed(names) == end.stdout, "long names were not all answered in order")

    def test_a_name_that_the_server_does_not_answer_is_missing(self) -> None:
        end = client(self.start_server(), "--timeout", "300ms", "a", "Hello, Bond!", "b")
        self.assertEqual((1, printed(["a", "b"])), (end.code, end.stdout))
        self.assertRegex(end.stderr, r"\Ahello-client: 2 answers to 3 names from [^\n]*: no answer to name 2 'Hello, Bond!' within 300ms"
                                     r"\. Fix: a server leaves unanswered what reads as an answer")


class TutorialServer(GoodServer, unittest.TestCase):
    def start_server(self) -> int:
        server = programs.Server([sys.executable, "-B", str(FOLDER / "tutorial_udp_server.py")], stdin=subprocess.PIPE)

        def end() -> None:
            server.process.stdin.close()
            self.assertEqual(0, server.wait().code)

        self.addCleanup(end)
        return server.address[1]

    def test_a_name_that_it_cuts_is_missing(self) -> None:
        end = client(self.start_server(), "--timeout", "300ms", "x" * 1025, "y" * 1024)
        self.assertEqual((1, printed(["y" * 1024])), (end.code, end.stdout))
        self.assertRegex(end.stderr, r"no answer to name 1 'x+\.\.\.' within 300ms; 'Hello, x+\.\.\.' came, which is no answer")


class SlowServer(unittest.TestCase):
    def test_answers_that_take_their_time_are_waited_for(self) -> None:
        """Longer than the first tries: the server has work twice, and its second answers find nobody."""
        server = programs.BLOCKING_UDP.start("--work", "sleep:50ms")
        self.addCleanup(server.stop)
        names = [str(number) for number in range(6)]
        self.assertEqual(well(names), client(server.address[1], "--timeout", "20s", "--retries", "8", *names))


class Network(unittest.TestCase):
    """Servers that do to datagrams what networks do."""

    def test_what_is_lost_is_sent_again(self) -> None:
        def behave(server: StrangeServer, name: bytes, asker: tuple[str, int]) -> None:
            if server.tries[name, asker] >= 3:
                server.answer(name, asker)

        names = [str(number) for number in range(40)]
        with StrangeServer(behave) as server:
            self.assertEqual(well(names), client(server.port, "--retries", "8", *names))
            self.assertEqual(40, len(server.tries))
            self.assertEqual(3, min(server.tries.values()))  # more, where a third try's answer was slow

    def test_an_answer_that_comes_more_than_once_is_printed_once(self) -> None:
        def behave(server: StrangeServer, name: bytes, asker: tuple[str, int]) -> None:
            for _ in range(3):
                server.answer(name, asker)

        names = ["a", "a", "b"] * 20
        with StrangeServer(behave) as server:
            self.assertEqual(well(names), client(server.port, *names))

    def test_answers_out_of_order_are_printed_in_that_of_the_names(self) -> None:
        held = []

        def behave(server: StrangeServer, name: bytes, asker: tuple[str, int]) -> None:
            held.append((name, asker))
            if len(held) == WINDOW:
                for one in reversed(held):
                    server.answer(*one)
                held.clear()

        names = [str(number) for number in range(4 * WINDOW)]
        with StrangeServer(behave) as server:
            self.assertEqual(well(names), client(server.port, "--retries", "0", *names))

    def test_a_late_answer_is_printed_once(self) -> None:
        """The first try's answer comes together with the second's."""

        def behave(server: StrangeServer, name: bytes, asker: tuple[str, int]) -> None:
            if server.tries[name, asker] == 2:
                server.answer(name, asker)
                server.answer(name, asker)

        with StrangeServer(behave) as server:
            self.assertEqual(well(["a", "a", "b"]), client(server.port, "--retries", "8", "a", "a", "b"))

    def test_a_late_answer_is_not_that_of_a_later_question_with_the_same_name(self) -> None:
        def behave(server: StrangeServer, name: bytes, asker: tuple[str, int]) -> None:
            first = server.clients[0]
            server.answer(name, first)  # over and over
            if name == b"b":
                server.answer(name, asker)

        with StrangeServer(behave) as server:
            end = client(server.port, "--timeout", "300ms", "a", "b", "a")
        self.assertEqual((1, printed(["a", "b"])), (end.code, end.stdout))
        self.assertIn("2 answers to 3 names", end.stderr)
        self.assertIn("no answer to name 3 'a' within 300ms", end.stderr)

    def test_answers_from_elsewhere_do_not_count(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as elsewhere:
            elsewhere.bind(("127.0.0.1", 0))

            def behave(_server: StrangeServer, name: bytes, asker: tuple[str, int]) -> None:
                elsewhere.sendto(b"Hello, " + name + b"!", asker)

            with StrangeServer(behave) as server:
                end = client(server.port, "--timeout", "200ms", "Bond")
        self.assertEqual((1, ""), (end.code, end.stdout))

    def test_a_try_costs_one_datagram_and_retries_so_many_more(self) -> None:
        for retries in (0, 1, 5):
            with self.subTest(retries=retries), StrangeServer(lambda *_: None) as server:
                self.assertEqual(1, client(server.port, "--timeout", "200ms", "--retries", str(retries), "Bond").code)
                self.assertEqual([b"Bond"] * (retries + 1), server.names)

    def expect_window(self, names: list[str], window: int) -> None:
        """After the first answer one more name comes, and no other."""

        def behave(server: StrangeServer, name: bytes, asker: tuple[str, int]) -> None:
            if len(server.names) == window:
                server.answer(names[0].encode(), server.clients[0])

        with StrangeServer(behave) as server:
            command = [str(programs.BIN_DIR / "hello-client"), "--udp", "--port", str(server.port), "--timeout", FOREVER, *names]
            running = programs.Program(command)
            programs.wait_until("one more name has come", lambda: len(server.names) > window)
            running.stop()
            self.assertEqual([name.encode() for name in names[:window + 1]], server.names)

    def test_no_more_than_a_window_is_under_way(self) -> None:
        self.expect_window([str(number) for number in range(100)], WINDOW)

    def test_no_more_bytes_than_small_buffers_hold_are_under_way(self) -> None:
        self.expect_window(["x" * 30_000] * 10, 3)


class Failure(unittest.TestCase):
    def expect_failure(self, end: programs.Exit, names: list[str], pattern: str) -> None:
        self.assertEqual((1, printed(names)), (end.code, end.stdout), end.stderr)
        self.assertRegex(end.stderr, rf"\Ahello-client: [^\n]*{pattern}[^\n]*\n\Z")

    def test_missing_answers_are_named(self) -> None:
        def behave(server: StrangeServer, name: bytes, asker: tuple[str, int]) -> None:
            if name not in (b"b", b"d"):
                server.answer(name, asker)

        with StrangeServer(behave) as server:
            end = client(server.port, "--timeout", "200ms", "a", "b", "c", "d", "e")
            self.expect_failure(end, ["a", "c", "e"], rf"3 answers to 5 names from 127\.0\.0\.1:{server.port}: no answer to name 2 'b', "
                                                      r"name 4 'd' within 200ms\. Fix: ")

    def test_what_is_shown_cannot_speak_to_the_terminal(self) -> None:
        def behave(server: StrangeServer, _name: bytes, asker: tuple[str, int]) -> None:
            server.send(b"\x1b]0;owned\x07\n", asker)

        with StrangeServer(behave) as server:
            end = client(server.port, "--timeout", "100ms", "a\x1b[2J\nb")
        self.expect_failure(end, [], r"no answer to name 1 'a\\x1b\[2J\\x0ab' within 100ms; '\\x1b\]0;owned\\x07\\x0a' came")

    def test_wrong_replies_are_no_answers(self) -> None:
        for reply in (b"", b"Hello, James!", b"Hello, Bond", b"Hello, Bond!\n", b"Welcome!", b"hello, Bond!", b"Hello, Bond!!"):

            def behave(server: StrangeServer, _name: bytes, asker: tuple[str, int], reply: bytes = reply) -> None:
                server.send(reply, asker)

            with self.subTest(reply=reply), StrangeServer(behave) as server:
                self.expect_failure(client(server.port, "--timeout", "100ms", "Bond"), [],
                                    r"0 answers to 1 name .*came, which is no answer\. Fix: ")

    def test_the_right_answer_after_a_wrong_reply_counts(self) -> None:
        def behave(server: StrangeServer, name: bytes, asker: tuple[str, int]) -> None:
            server.send(b"Hello, James!", asker)
            server.answer(name, asker)

        with StrangeServer(behave) as server:
            self.assertEqual(well(["a", "b"]), client(server.port, "a", "b"))

    def test_the_answer_to_another_question_is_none(self) -> None:
        def behave(server: StrangeServer, _name: bytes, asker: tuple[str, int]) -> None:
            server.answer(b"a", asker)

        with StrangeServer(behave) as server:
            self.expect_failure(client(server.port, "--timeout", "200ms", "a", "b"), ["a"], r"no answer to name 2 'b'.*'Hello, a!' came")

    def test_a_closed_port_is_told_at_once(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
        watch = Stopwatch()
        end = client(port, "--timeout", FOREVER, "a", "b")
        self.assertLess(watch.seconds, 20)
        self.expect_failure(end, [], rf"0 answers to 2 names from 127\.0\.0\.1:{port}: Connection refused; no answer to name 1 'a', "
                                     r"name 2 'b'\. Fix: start a server \(hello-udp\), or give --port")

    def test_a_server_that_goes_is_told_at_once(self) -> None:
        server = programs.BLOCKING_UDP.start()
        port = server.address[1]
        running = programs.Program([str(programs.BIN_DIR / "hello-client"), "--udp", "--port", str(port), "--timeout", FOREVER],
                                   stdin=subprocess.PIPE)
        running.process.stdin.write(b"a\n")
        self.assertEqual(["Hello, a!"], running.stdout.wait_for_lines(1))
        self.assertEqual(0, server.stop().code)
        running.process.stdin.write(b"b\n")
        end = running.wait()
        running.process.stdin.close()
        self.expect_failure(end, ["a"], r"1 answer to 2 names from [^ ]*: Connection refused; no answer to name 2 'b'\. Fix: ")

    def test_names_without_an_end_to_a_silent_server_end(self) -> None:
        """While a window of them is missing, as many but one follow."""
        with StrangeServer(lambda *_: None) as server:
            end = client(server.port, "--timeout", "100ms", stdin=b"Bond\n" * 1000)
        self.expect_failure(end, [], r"0 answers to 31 names from [^ ]*: 16 names in a row without an answer, so no more were sent; no answer "
                                     r"to name 1 'Bond', .* and 23 more\. Fix: ")

    def test_a_name_that_fits_no_datagram_ends_the_names(self) -> None:
        server = programs.BLOCKING_UDP.start()
        self.addCleanup(server.stop)
        end = client(server.address[1], stdin=b"a\n" + b"x" * 65_500 + b"\nb\n")
        self.expect_failure(end, ["a"], r"1 answer to 1 name from [^ ]*: cannot send name 2: with --udp a name has at most 65499 bytes")

    def test_a_standard_output_that_nobody_reads_is_no_crash(self) -> None:
        server = programs.BLOCKING_UDP.start()
        self.addCleanup(server.stop)
        command = [str(programs.BIN_DIR / "hello-client"), "--udp", "--port", str(server.address[1]), "Bond"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
            running.stdout.close()
            text = running.stderr.read()
        self.assertIn(running.returncode, (0, 1), text)

    def test_what_cannot_be_is_wrong_usage(self) -> None:
        for arguments in (["--udp", "--framing", "line", "a"], ["--udp", "--port", "0", "a"], ["--udp", "--timeout", "0", "a"],
                          ["--udp", "--retries", "11", "a"], ["--udp", "--retries", "-1", "a"], ["--retries", "2", "a"],
                          ["--udp", "x" * 65_500]):
            with self.subTest(arguments=[argument[:20] for argument in arguments]):
                end = programs.run("hello-client", *arguments)
                self.assertEqual((2, ""), (end.code, end.stdout))
                self.assertRegex(end.stderr, r"\Ahello-client: wrong usage: [^\n]+ Fix: [^\n]+\n\Z")


if __name__ == "__main__":
    programs.main()
