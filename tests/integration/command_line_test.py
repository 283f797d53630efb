"""What the programs say to people: help, version, and one line on what is wrong and what to do, with the exit code that fits."""

import random
import re
import socket
import unittest

import programs

PROGRAMS = ["hello-tcp", "hello-udp", "hello-threaded", "hello-client"]
SERVERS = ["hello-tcp", "hello-udp", "hello-threaded"]
STREAM_SERVERS = ["hello-tcp", "hello-threaded"]
OVER_UDP = [("hello-udp",), ("hello-threaded", "--udp"), ("hello-client", "--udp")]


def low_port() -> int:
    """A port that nobody is given by chance: below those that the kernel hands out."""
    return random.SystemRandom().randrange(20_000, 32_000)


class CommandLine(unittest.TestCase):
    def expect_one_line(self, end: programs.Exit, code: int, pattern: str) -> None:
        self.assertEqual((code, ""), (end.code, end.stdout), end)
        self.assertRegex(end.stderr, rf"\A{pattern}\n\Z")

    def test_help_and_version_succeed(self) -> None:
        for program in PROGRAMS:
            with self.subTest(program=program):
                for flag in ("--help", "-h"):
                    end = programs.run(program, flag)
                    self.assertEqual((0, ""), (end.code, end.stderr))
                    self.assertIn("--port", end.stdout)
                    self.assertIn("Examples:", end.stdout)
                end = programs.run(program, "--version")
                self.assertEqual((0, ""), (end.code, end.stderr))
                self.assertRegex(end.stdout, rf"\A{program} \d+\.\d+\.\d+ .*\n\Z")

    def test_help_names_every_option(self) -> None:
        common = ("--host --port --framing --work --line-max --idle-timeout --connections-max --grace --log-connections").split()
        for program, options in (("hello-threaded", common + ["--udp", "--loop-guard"]),
                                 ("hello-client", ["--host", "--port", "--framing", "--timeout", "--udp", "--retries"]),
                                 ("hello-tcp", common + ["--loops", "--workers", "--poller", "--accept", "--work-on"]),
                                 ("hello-udp", ["--host", "--port", "--loops", "--poller", "--batch", "--gso", "--loop-guard"])):
            text = programs.run(program, "--help").stdout
            for option in options:
                with self.subTest(program=program, option=option):
                    self.assertRegex(text, rf"(?m)^\s+{option}\b")

    def test_wrong_usage_is_told_in_one_line(self) -> None:
        for program in PROGRAMS:
            for arguments in (["--unknown"], ["--port"], ["--port", "99999"], ["--port", "-1"], ["--port", "12a"],
                              ["--framing", "morse"], ["--port", ""]):
                with self.subTest(program=program, arguments=arguments):
                    self.expect_one_line(programs.run(program, *arguments), 2, rf"{program}: wrong usage: [^\n]+")
        for arguments in (["stray"], ["--loops", "0"], ["--poller", "magic"], ["--batch", "0"], ["--gso", "maybe"], ["--loop-guard", "1"]):
            with self.subTest(arguments=arguments):
                self.expect_one_line(programs.run("hello-udp", *arguments), 2, r"hello-udp: wrong usage: [^\n]+")
        for program in STREAM_SERVERS:
            for arguments in (["stray"], ["--grace", "-1s"], ["--grace", "soon"], ["--grace", "5"], ["--idle-timeout", "1 s"],
                              ["--line-max", "0"], ["--connections-max", "0"], ["--work", "sleep"], ["--work", "cpu:x"],
                              ["--line-max", "99999999999999999999"]):
                with self.subTest(program=program, arguments=arguments):
                    self.expect_one_line(programs.run(program, *arguments), 2, rf"{program}: wrong usage: [^\n]+")
        for arguments in (["--loops", "0"], ["--loops", "two"], ["--poller", "magic"], ["--accept", "magic"], ["--workers", "-1"],
                          ["--work-on", "workers"], ["--work", "cpu:1ms", "--work-on", "timer"]):
            with self.subTest(arguments=arguments):
                self.expect_one_line(programs.run("hello-tcp", *arguments), 2, r"hello-tcp: wrong usage: [^\n]+")

    def test_options_that_cannot_be_together_are_named(self) -> None:
        for program, *arguments in (("hello-client", "--udp", "--framing", "line"), ("hello-client", "--framing", "chunk", "--udp"),
                                    ("hello-client", "--retries", "1"), ("hello-threaded", "--udp", "--framing", "line"),
                                    ("hello-threaded", "--udp", "--line-max", "9"), ("hello-threaded", "--idle-timeout", "1s", "--udp"),
                                    ("hello-threaded", "--udp", "--connections-max", "9"), ("hello-threaded", "--udp", "--log-connections"),
                                    ("hello-threaded", "--loop-guard", "on")):
            with self.subTest(program=program, arguments=arguments):
                self.expect_one_line(programs.run(program, *arguments), 2, rf"{program}: wrong usage: [^\n]*--udp[^\n]* Fix: [^\n]+")

    def test_an_unknown_host_is_told_with_a_fix(self) -> None:
        for program, *arguments in [*([program] for program in PROGRAMS), *OVER_UDP]:
            with self.subTest(program=program, arguments=arguments):
                end = programs.run(program, *arguments, "--host", "no.such.host.invalid", "--port", "0" if program in SERVERS else "1")
                self.expect_one_line(end, 1, rf"{program}: [^\n]*no\.such\.host\.invalid[^\n]* Fix: [^\n]+")

    def test_an_address_of_another_machine_is_told_with_a_fix(self) -> None:
        for program, *arguments in [*([program] for program in SERVERS), ("hello-threaded", "--udp")]:
            with self.subTest(program=program, arguments=arguments):
                end = programs.run(program, *arguments, "--host", "192.0.2.1", "--port", "0")  # RFC 5737: documentation only
                self.expect_one_line(end, 1, rf"{program}: cannot listen on 192\.0\.2\.1:0: [^\n]+ Fix: [^\n]+")

    def test_a_port_in_use_is_told_with_a_fix(self) -> None:
        for servers in (programs.all_servers(), programs.all_udp_servers()):
            self.expect_port_in_use(servers)

    def expect_port_in_use(self, servers: list[programs.Variant]) -> None:
        for first in servers:
            server = first.start()
            self.addCleanup(server.stop)
            for second in servers:
                with self.subTest(first=first.label, second=second.label):
                    end = programs.run(second.program, *second.arguments, "--port", str(server.address[1]))
                    self.expect_one_line(end, 1, rf"{second.program}: cannot listen on 127\.0\.0\.1:{server.address[1]}: "
                                                 r"Address already in use\. Fix: [^\n]+")

    def test_a_port_that_any_program_holds_is_in_use(self) -> None:
        """Even one that would share it."""
        for variant in programs.all_servers():
            with self.subTest(server=variant.label), socket.socket() as other:
                other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
                other.bind(("127.0.0.1", 0))
                other.listen()
                end = programs.run(variant.program, *variant.arguments, "--port", str(other.getsockname()[1]))
                self.expect_one_line(end, 1, rf"{variant.program}: [^\n]*Address already in use\. Fix: [^\n]+")

    def test_tcp_and_udp_have_ports_of_their_own(self) -> None:
        over_tcp = programs.Variant("hello-tcp").start()
        self.addCleanup(over_tcp.stop)
        for variant in (programs.Variant("hello-udp"), programs.BLOCKING_UDP):
            with self.subTest(server=variant.label):
                server = variant.start("--port", str(over_tcp.address[1]))
                self.assertEqual(over_tcp.address, server.address)
                self.assertEqual(0, server.stop().code)

    def test_a_server_starts_again_at_once_on_the_same_port(self) -> None:
        """Although connections that it closed are still in TIME-WAIT there."""
        for variant in programs.all_servers():
            with self.subTest(server=variant.label):
                port = str(self.free_low_port())
                for _ in range(3):
                    server = variant.start("--port", port)
                    with server.connect_welcomed() as client:
                        client.send(b"exit\n")
                        client.expect_end()  # the server's FIN was the first
                    self.assertEqual(0, server.stop().code)

    def free_low_port(self) -> int:
        for _ in range(1000):
            port = low_port()
            with socket.socket() as probe:
                try:
                    probe.bind(("127.0.0.1", port))
                    return port
                except OSError:
                    continue
        self.fail("no free port")

    def test_logs_cannot_be_forged_by_an_option(self) -> None:
        end = programs.run("hello-tcp", "--unknown\nhello-tcp: all is well")
        self.assertEqual(2, end.code)
        self.assertEqual(1, end.stderr.count("\n"), end.stderr)

    def test_an_argument_that_is_wrong_is_named(self) -> None:
        for program, arguments in (("hello-tcp", ["--loops", "many"]), ("hello-threaded", ["--grace", "many"]), ("hello-udp", ["--batch", "many"]),
                                   ("hello-client", ["--udp", "--retries", "many"])):
            found = re.search(r"many", programs.run(program, *arguments).stderr)
            self.assertTrue(found, program)


if __name__ == "__main__":
    programs.main()
