"""hello over datagrams: what the servers answer, what they do not, what they count, and how they end."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import unittest

import programs
from clients import SECONDS_MAX, Stopwatch
from datagrams import ELSEWHERE, FOLDER, TUTORIAL_TALK, DatagramClient, ask_for_counters, counters, run_tutorial_client

PROMPTLY = 10.0  # seconds: far less than a hang


class UdpServerTest:
    """What the tests share: every server says at its end what it has counted."""

    variant: programs.Variant

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


@programs.for_each(programs.all_udp_servers())
class AnyServer(UdpServerTest):
    def test_a_signal_ends_it_in_order(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            self.assertEqual(0, self.stop(self.serve_udp(), number)["received"])

    def test_answers_each_datagram_by_one(self) -> None:
        server = self.serve_udp()
        names = [b"Bond", b"", b"exit", b"\0\xff\r\n%s", "Zoë".encode(), b"x" * 1024, b"y" * 9000, b"z" * 65499]
        with DatagramClient(server.address) as client:
            for name in names:
                self.assertEqual(b"Hello, " + name + b"!", client.ask(name))
        counted = self.stop(server)
        self.assertEqual((len(names), len(names)), (counted["received"], counted["answered"]))

    def test_every_size_is_answered_or_counted(self) -> None:
        """All sizes around what is special, and every 997th: 65,499 bytes have the longest answer there is."""
        server = self.serve_udp()
        special = [size for edge in (8, 1024, 1472, 4096, 32_753) for size in (edge - 1, edge, edge + 1)]
        sizes = sorted({*range(0, 65_499, 997), *special, *range(65_490, 65_508)})
        with DatagramClient(server.address) as client:
            for size in sizes:
                name = bytes(number % 251 for number in range(size % 7, 251)) * (size // 200 + 1)
                client.send(name[:size])
                if size <= 65_499:
                    self.assertEqual(b"Hello, " + name[:size] + b"!", client.receive(), size)
                else:
                    self.assertEqual(b"Hello, next!", client.ask(b"next"))
        counted = self.stop(server)
        self.assertEqual((len(sizes) + 8, len(sizes), 8), tuple(
            counted[name] for name in ("received", "answered", "ignored_answer_too_long")))

    def test_a_window_of_datagrams_is_answered_in_order(self) -> None:
        server = self.serve_udp()
        clients = [DatagramClient(server.address) for _ in range(8)]
        for number in range(32):
            for client in clients:
                client.send(b"%d" % number)
        for client in clients:
            with client:
                self.assertEqual([b"Hello, %d!" % number for number in range(32)], [client.receive() for _ in range(32)])
        self.assertEqual(256, self.stop(server)["answered"])

    def test_what_it_does_not_answer_is_counted(self) -> None:
        server = self.serve_udp()
        with DatagramClient(server.address) as client:
            client.send(b"Hello, Bond!")
            client.send(b"x" * 65500)
            self.assertEqual(b"Hello, last!", client.ask(b"last"))
        counted = self.stop(server)
        self.assertEqual((3, 1, 1, 1), tuple(
            counted[name] for name in ("received", "answered", "ignored_answer_form", "ignored_answer_too_long")))

    def test_the_loop_guard_can_be_switched_off(self) -> None:
        server = self.serve_udp("--loop-guard", "off")
        with DatagramClient(server.address) as client:
            self.assertEqual(b"Hello, Hello, Bond!!", client.ask(b"Hello, Bond!"))
        self.assertEqual(0, self.stop(server)["ignored_answer_form"])

    def test_a_client_that_is_gone_harms_nobody(self) -> None:
        server = self.serve_udp("--host", ELSEWHERE)
        with DatagramClient(server.address) as client:  # has a port that none of the others had
            for _ in range(50):
                with DatagramClient(server.address) as gone:
                    gone.send(b"gone")
            self.assertEqual(b"Hello, here!", client.ask(b"here"))
        self.stop(server)

    def test_what_has_arrived_is_answered_before_the_end(self) -> None:
        server = self.serve_udp()
        server.send_signal(signal.SIGSTOP)
        with DatagramClient(server.address) as client:
            for number in range(100):
                client.send(b"%d" % number)
            server.send_sigterm()
            server.send_signal(signal.SIGCONT)
            self.assertEqual(100, len([client.receive() for _ in range(100)]))
        self.assertEqual(0, server.wait().code)

    def test_sigterm_works_under_a_flood(self) -> None:
        server = self.serve_udp("--host", ELSEWHERE)
        answered, stop = threading.Event(), threading.Event()

        def flood() -> None:
            with DatagramClient(server.address) as client:
                client.socket.setblocking(False)
                while not stop.is_set():
                    with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
                        client.send(b"flood")
                        client.receive()
                        answered.set()

        flooders = [threading.Thread(target=flood) for _ in range(2)]
        for flooder in flooders:
            flooder.start()
        try:
            self.assertTrue(answered.wait(SECONDS_MAX))
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
        with DatagramClient(one.address) as client:
            answer = client.ask(b"Bond")
            client.address = other.address
            client.send(answer)
            self.assertEqual(b"Hello, last!", client.ask(b"last"))
        self.assertEqual(1, self.stop(one)["received"])
        self.assertEqual(1, self.stop(other)["ignored_answer_form"])

    def test_the_tutorial_client_is_answered(self) -> None:
        server = self.serve_udp()
        self.assertEqual(TUTORIAL_TALK, run_tutorial_client(server.address[1]))
        self.stop(server)


@programs.for_each(programs.event_driven_udp())
class HelloUdp(UdpServerTest):
    def test_says_that_it_listens_in_one_line(self) -> None:
        server = self.serve_udp()
        _, poller, _, loops, *_ = self.variant.arguments
        details = f"{poller}, {loops} loop{'' if loops == '1' else 's'}"
        self.assertEqual(f"hello-udp listening on 127.0.0.1:{server.address[1]} ({details})", server.start_line)
        self.stop(server)

    def test_a_wildcard_answers_from_the_address_that_was_asked(self) -> None:
        server = self.serve_udp("--host", "0.0.0.0")
        for address in ("127.0.0.1", "127.0.0.2"):
            with DatagramClient((address, server.address[1])) as client:
                self.assertEqual(b"Hello, Bond!", client.ask(b"Bond"))
        self.stop(server)

    def test_a_burst_that_finds_it_asleep_is_answered(self) -> None:
        server = self.serve_udp()
        server.send_signal(signal.SIGSTOP)
        os.waitpid(server.pid, os.WUNTRACED)
        clients = [DatagramClient(server.address) for _ in range(10)]
        for client in clients:
            for number in range(40):
                client.send(b"%d" % number)
        server.send_signal(signal.SIGCONT)
        for client in clients:
            with client:
                self.assertEqual([b"Hello, %d!" % number for number in range(40)], [client.receive() for _ in range(40)])
        self.assertEqual(400, self.stop(server)["answered"])

    def test_sigusr1_prints_the_counters(self) -> None:
        server = self.serve_udp()
        with DatagramClient(server.address) as client:
            for count in (1, 2):
                client.ask(b"Bond")
                programs.wait_until(f"{count} answers counted", lambda: ask_for_counters(server)["answered"] == count)
                self.assertEqual(count, ask_for_counters(server)["received"])
        self.stop(server)


class HelloThreaded(UdpServerTest, unittest.TestCase):
    """What the naive model does otherwise."""

    variant = programs.BLOCKING_UDP

    def test_says_that_it_listens_in_one_line(self) -> None:
        server = self.serve_udp()
        self.assertEqual(f"hello-threaded listening on 127.0.0.1:{server.address[1]} (one thread, datagrams)", server.start_line)
        self.stop(server)

    def test_a_wildcard_answers(self) -> None:
        """From the address that the kernel picks: for 127.0.0.1 it is that one."""
        server = self.serve_udp("--host", "0.0.0.0")
        with DatagramClient(("127.0.0.1", server.address[1])) as client:
            self.assertEqual(b"Hello, Bond!", client.ask(b"Bond"))
        self.stop(server)

    def test_work_makes_everybody_wait(self) -> None:
        for kind in ("sleep", "cpu"):
            with self.subTest(kind=kind):
                server = self.serve_udp("--work", f"{kind}:20ms")
                clients = [DatagramClient(server.address) for _ in range(10)]
                watch = Stopwatch()
                for client in clients:
                    client.send(b"Bond")
                for client in clients:
                    with client:
                        self.assertEqual(b"Hello, Bond!", client.receive())
                self.assertGreaterEqual(watch.seconds, 0.2)
                self.stop(server)

    def test_the_grace_bounds_the_answers_after_the_end(self) -> None:
        server = self.serve_udp("--work", "sleep:100ms", "--grace", "250ms")
        with DatagramClient(server.address) as client:
            for _ in range(100):  # ten seconds of work
                client.send(b"Bond")
            self.assertEqual(b"Hello, Bond!", client.receive())
            watch = Stopwatch()
            end = server.stop()
        self.assertLess(watch.seconds, 5)
        left, counted = end.stderr.splitlines()
        self.assertEqual(0, end.code)
        self.assertRegex(left, r"\Ahello-threaded: left datagrams unanswered: not done within the grace of 250ms\. Fix: [^\n]+\Z")
        self.assertLess(counters(counted)["answered"], 50)

    def test_a_second_signal_ends_it_at_once(self) -> None:
        server = self.serve_udp("--work", "sleep:1h")
        with DatagramClient(server.address) as client:
            client.send(b"Bond")
            server.send_sigterm()  # there is a datagram to be answered before the end
            self.assertIn(server.stop(signal.SIGINT).code, (128 + signal.SIGINT, 128 + signal.SIGTERM))

    def test_what_makes_sense_for_streams_only_is_wrong_usage(self) -> None:
        for arguments in (["--framing", "line"], ["--line-max", "10"], ["--idle-timeout", "1s"], ["--connections-max", "3"],
                          ["--log-connections"]):
            with self.subTest(arguments=arguments):
                end = programs.run("hello-threaded", "--udp", *arguments)
                self.assertEqual((2, ""), (end.code, end.stdout))
                self.assertRegex(end.stderr, rf"\Ahello-threaded: wrong usage: [^\n]*{arguments[0]}[^\n]*\n\Z")

    def test_the_loop_guard_is_for_datagrams_only(self) -> None:
        end = programs.run("hello-threaded", "--loop-guard", "off")
        self.assertEqual((2, ""), (end.code, end.stdout))
        self.assertRegex(end.stderr, r"\Ahello-threaded: wrong usage: [^\n]*--udp[^\n]*\n\Z")


class TutorialServer(unittest.TestCase):
    def test_answers_as_ours_does(self) -> None:
        server = programs.Server([sys.executable, "-B", str(FOLDER / "tutorial_udp_server.py")], stdin=subprocess.PIPE)
        self.assertEqual(TUTORIAL_TALK, run_tutorial_client(server.address[1]))
        server.process.stdin.close()
        self.assertEqual(0, server.wait().code)


class Failure(unittest.TestCase):
    def test_a_port_in_use_is_told_in_one_line(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
            taken.bind(("127.0.0.1", 0))
            for program, *arguments in (("hello-udp", "--loops", "1"), ("hello-udp", "--loops", "2"), ("hello-threaded", "--udp")):
                end = programs.run(program, *arguments, "--port", str(taken.getsockname()[1]))
                self.assertEqual((1, ""), (end.code, end.stdout))
                self.assertRegex(end.stderr, rf"\A{program}: cannot listen on 127\.0\.0\.1:\d+: [^\n]+\. Fix: [^\n]+\n\Z")

    def test_wrong_usage_is_told_in_one_line(self) -> None:
        for arguments in (["--batch", "0"], ["--batch", "1025"], ["--gso", "on"], ["--loop-guard", "maybe"], ["--framing", "line"],
                          ["--loops", "0"], ["--poller", "magic"], ["stray"]):
            with self.subTest(arguments=arguments):
                end = programs.run("hello-udp", *arguments)
                self.assertEqual((2, ""), (end.code, end.stdout))
                self.assertRegex(end.stderr, r"\Ahello-udp: wrong usage: [^\n]+\n\Z")


if __name__ == "__main__":
    programs.main()
