"""hello over datagrams: what hello-udp answers, what it does not, what it counts, and how it ends."""

import pathlib
import re
import signal
import socket
import subprocess
import sys
import threading
import unittest

import programs
from clients import SECONDS_MAX, Stopwatch

FOLDER = pathlib.Path(__file__).parent
TALK = "Hello, Michael!\nHello, Tracy!\nHello, Sarah!\n"
PROMPTLY = 10.0  # seconds: far less than a hang


def variants() -> list[programs.Variant]:
    ways = [variant.arguments for variant in programs.event_driven()]
    best = ways[0]
    return [programs.Variant("hello-udp", way) for way in [*ways, (*best, "--gso", "off"), (*best, "--batch", "1")]]


class Client:
    """A datagram socket of a client. Over loopback nothing is lost while the buffers are not full."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.address = address
        self.socket = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.settimeout(SECONDS_MAX)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_) -> None:
        self.socket.close()

    def send(self, name: bytes) -> None:
        self.socket.sendto(name, self.address)

    def receive(self) -> bytes:
        data, source = self.socket.recvfrom(65536)
        assert source[:2] == self.address, f"an answer from {source}, not from {self.address}"
        return data

    def ask(self, name: bytes) -> bytes:
        self.send(name)
        return self.receive()


def run_tutorial_client(port: int) -> str:
    command = [sys.executable, "-B", str(FOLDER / "tutorial_udp_client.py"), str(port)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=SECONDS_MAX, check=True).stdout


def counters(line: str) -> dict[str, int]:
    assert re.fullmatch(r"hello-udp: \w+=\d+( \w+=\d+)+", line), line
    return {name: int(count) for name, count in (pair.split("=") for pair in line.split(": ")[1].split())}


@programs.for_each(variants())
class HelloUdp:
    def serve_udp(self, *arguments: str) -> programs.Server:
        """A server that is ended by the test's own `stop`, or killed when the test has failed before."""
        server = self.variant.start(*arguments)
        self.addCleanup(lambda: server.running() and server.process.kill())
        return server

    def stop(self, server: programs.Server, number: int = signal.SIGTERM) -> dict[str, int]:
        """What it counted, by its last line."""
        end = server.stop(number)
        self.assertEqual((0, server.start_line + "\n"), (end.code, end.stdout), end.stderr)
        return counters(end.stderr.splitlines()[-1])

    def test_says_that_it_listens_in_one_line(self) -> None:
        server = self.serve_udp()
        _, poller, _, loops, *_ = self.variant.arguments
        details = f"{poller}, {loops} loop{'' if loops == '1' else 's'}"
        self.assertEqual(f"hello-udp listening on 127.0.0.1:{server.address[1]} ({details})", server.start_line)
        self.stop(server)

    def test_a_signal_ends_it_in_order(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            self.assertEqual(0, self.stop(self.serve_udp(), number)["received"])

    def test_answers_each_datagram_by_one(self) -> None:
        server = self.serve_udp()
        names = [b"Bond", b"", b"exit", b"\0\xff\r\n%s", "Zoë".encode(), b"x" * 1024, b"y" * 9000, b"z" * 65499]
        with Client(server.address) as client:
            for name in names:
                self.assertEqual(b"Hello, " + name + b"!", client.ask(name))
        counted = self.stop(server)
        self.assertEqual((len(names), len(names)), (counted["received"], counted["answered"]))

    def test_a_window_of_datagrams_is_answered_in_order(self) -> None:
        server = self.serve_udp()
        clients = [Client(server.address) for _ in range(8)]
        for number in range(32):
            for client in clients:
                client.send(b"%d" % number)
        for client in clients:
            with client:
                self.assertEqual([b"Hello, %d!" % number for number in range(32)], [client.receive() for _ in range(32)])
        self.assertEqual(256, self.stop(server)["answered"])

    def test_what_it_does_not_answer_is_counted(self) -> None:
        server = self.serve_udp()
        with Client(server.address) as client:
            client.send(b"Hello, Bond!")
            client.send(b"x" * 65500)
            self.assertEqual(b"Hello, last!", client.ask(b"last"))
        counted = self.stop(server)
        self.assertEqual((3, 1, 1, 1), tuple(
            counted[name] for name in ("received", "answered", "ignored_answer_form", "ignored_answer_too_long")))

    def test_the_loop_guard_can_be_switched_off(self) -> None:
        server = self.serve_udp("--loop-guard", "off")
        with Client(server.address) as client:
            self.assertEqual(b"Hello, Hello, Bond!!", client.ask(b"Hello, Bond!"))
        self.assertEqual(0, self.stop(server)["ignored_answer_form"])

    def test_a_wildcard_answers_from_the_address_that_was_asked(self) -> None:
        server = self.serve_udp("--host", "0.0.0.0")
        for address in ("127.0.0.1", "127.0.0.2"):
            with Client((address, server.address[1])) as client:
                self.assertEqual(b"Hello, Bond!", client.ask(b"Bond"))
        self.stop(server)

    def test_sigusr1_prints_the_counters(self) -> None:
        server = self.serve_udp()
        with Client(server.address) as client:
            for count in (1, 2):
                client.ask(b"Bond")
                server.send_signal(signal.SIGUSR1)
                counted = counters(server.stderr.wait_for_lines(count)[-1])
                self.assertEqual((count, count), (counted["received"], counted["answered"]))
        self.stop(server)

    def test_a_client_that_is_gone_harms_nobody(self) -> None:
        server = self.serve_udp()
        for _ in range(50):
            with Client(server.address) as gone:
                gone.send(b"gone")
        with Client(server.address) as client:
            self.assertEqual(b"Hello, here!", client.ask(b"here"))
        self.stop(server)

    def test_what_has_arrived_is_answered_before_the_end(self) -> None:
        server = self.serve_udp()
        server.send_signal(signal.SIGSTOP)
        with Client(server.address) as client:
            for number in range(100):
                client.send(b"%d" % number)
            server.send_sigterm()
            server.send_signal(signal.SIGCONT)
            self.assertEqual(100, len([client.receive() for _ in range(100)]))
        self.assertEqual(0, server.wait().code)

    def test_sigterm_works_under_a_flood(self) -> None:
        server = self.serve_udp()
        stop = threading.Event()

        def flood() -> None:
            with Client(server.address) as client:
                client.socket.setblocking(False)
                while not stop.is_set():
                    try:
                        client.send(b"flood")
                    except BlockingIOError:
                        pass

        flooders = [threading.Thread(target=flood) for _ in range(2)]
        for flooder in flooders:
            flooder.start()
        try:
            server.send_signal(signal.SIGUSR1)
            server.stderr.wait_for_lines(1)
            watch = Stopwatch()
            counted = self.stop(server)
            self.assertLess(watch.seconds, PROMPTLY)
        finally:
            stop.set()
            for flooder in flooders:
                flooder.join()
        self.assertGreater(counted["received"], 0)

    def test_two_servers_do_not_keep_each_other_busy(self) -> None:
        """A reflected answer: what one server said reaches the other as if that had been asked."""
        one, other = self.serve_udp(), self.serve_udp()
        with Client(one.address) as client:
            answer = client.ask(b"Bond")
            client.address = other.address
            client.send(answer)
            self.assertEqual(b"Hello, last!", client.ask(b"last"))
        self.assertEqual(1, self.stop(one)["received"])
        self.assertEqual(1, self.stop(other)["ignored_answer_form"])

    def test_the_tutorial_client_is_answered(self) -> None:
        server = self.serve_udp()
        self.assertEqual(TALK, run_tutorial_client(server.address[1]))
        self.stop(server)


class TutorialServer(unittest.TestCase):
    def test_answers_as_ours_does(self) -> None:
        server = programs.Server([sys.executable, "-B", str(FOLDER / "tutorial_udp_server.py")], stdin=subprocess.PIPE)
        self.assertEqual(TALK, run_tutorial_client(server.address[1]))
        server.process.stdin.close()
        self.assertEqual(0, server.wait().code)


class Failure(unittest.TestCase):
    def test_a_port_in_use_is_told_in_one_line(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
            taken.bind(("127.0.0.1", 0))
            for loops in ("1", "2"):
                end = programs.run("hello-udp", "--loops", loops, "--port", str(taken.getsockname()[1]))
                self.assertEqual((1, ""), (end.code, end.stdout))
                self.assertRegex(end.stderr, r"\Ahello-udp: cannot listen on 127\.0\.0\.1:\d+: [^\n]+\. Fix: [^\n]+\n\Z")

    def test_wrong_usage_is_told_in_one_line(self) -> None:
        for arguments in (["--batch", "0"], ["--batch", "1025"], ["--gso", "on"], ["--loop-guard", "maybe"], ["--framing", "line"],
                          ["--loops", "0"], ["--poller", "magic"], ["stray"]):
            with self.subTest(arguments=arguments):
                end = programs.run("hello-udp", *arguments)
                self.assertEqual((2, ""), (end.code, end.stdout))
                self.assertRegex(end.stderr, r"\Ahello-udp: wrong usage: [^\n]+\n\Z")


if __name__ == "__main__":
    programs.main()
