"""What bursts of datagrams cost hello-udp: a bounded amount of memory, and nothing once they are over. Where raw sockets are not
allowed, a datagram from port 0 cannot be made, and that test says so."""

import socket
import struct
import threading
import unittest

import processes
import programs
from datagrams import ELSEWHERE, DatagramClient, ask_for_counters, counters

BURST = 100_000
WINDOW_BYTES = 64 * 1024  # for each message of a batch, as far as it was ever filled
OWN_BYTES_MAX = 4 * 1024 * 1024  # the program's own: queues, stacks, code that was relocated


def ways() -> list[programs.Variant]:
    poller_ways = [("--poller", poller, "--loops", "1") for poller in programs.pollers()]
    return [programs.Variant("hello-udp", way) for way in [*poller_ways, ("--batch", "1024", "--loops", "2"), ("--gso", "off")]]


def batch_of(variant: programs.Variant) -> int:
    return int(variant.arguments[variant.arguments.index("--batch") + 1]) if "--batch" in variant.arguments else 64


@programs.for_each(ways())
class Flood:
    def start(self) -> programs.Server:
        server = self.variant.start("--host", ELSEWHERE)
        self.addCleanup(lambda: server.running() and server.process.kill())
        return server

    def wait_for_more_than(self, received: int, server: programs.Server) -> dict[str, int]:
        counted = {}

        def has_more() -> bool:
            counted.update(ask_for_counters(server))
            return counted["received"] > received

        programs.wait_until(f"more than {received} datagrams received", has_more)
        return counted

    def burst(self, server: programs.Server, size: int) -> None:
        """As fast as we can, without reading: what is lost is lost."""
        name = b"x" * size
        with DatagramClient(server.address) as client:
            client.socket.setblocking(False)
            for _ in range(BURST if size < 10_000 else BURST // 20):
                try:
                    client.send(name)
                except BlockingIOError:
                    pass

    def test_bursts_of_100000_cost_a_bounded_amount_of_memory(self) -> None:
        server = self.start()
        loops = processes.threads(server.pid)
        bound = OWN_BYTES_MAX + loops * batch_of(self.variant) * WINDOW_BYTES
        received = 0
        for size in (0, 10, 1400, 65_499):
            self.burst(server, size)
            counted = self.wait_for_more_than(received, server)
            used = processes.private_bytes(server.pid)
            print(f"{size} bytes: {counted['received'] - received} received, {used >> 10} KiB in use, {bound >> 10} at most", flush=True)
            self.assertLess(used, bound)
            received = counted["received"]
        self.assert_quiet(server)
        self.assertEqual(0, server.stop().code)

    def assert_quiet(self, server: programs.Server) -> None:
        """Nothing is left that keeps it busy."""
        with DatagramClient(server.address) as client:
            self.assertEqual(b"Hello, Bond!", client.ask(b"Bond"))
        before = processes.cpu_seconds(server.pid)
        threading.Event().wait(0.5)  # the time over which is measured
        self.assertLessEqual(processes.cpu_seconds(server.pid) - before, 0.05)


def from_port_zero(to: tuple[str, int], name: bytes) -> None:
    """A UDP header of our own; checksum 0: none."""
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP) as raw:
        raw.sendto(struct.pack("!HHHH", 0, to[1], 8 + len(name), 0) + name, (to[0], 0))


def from_forged(source: tuple[str, int], to: tuple[str, int], name: bytes) -> None:
    """A datagram that says it comes from `source`, which did not send it."""
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP) as raw:
        raw.bind((source[0], 0))
        raw.sendto(struct.pack("!HHHH", source[1], to[1], 8 + len(name), 0) + name, (to[0], 0))


def raw_sockets_are_allowed() -> bool:
    try:
        socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP).close()
    except PermissionError:
        return False
    return True


@unittest.skipUnless(raw_sockets_are_allowed(), "raw sockets need CAP_NET_RAW")
class Forged(unittest.TestCase):
    def serve(self, *arguments: str) -> programs.Server:
        server = programs.Variant("hello-udp", ("--loops", "1")).start(*arguments)
        self.addCleanup(lambda: server.running() and server.process.kill())
        return server

    def stop(self, server: programs.Server) -> dict[str, int]:
        end = server.stop()
        self.assertEqual(0, end.code, end.stderr)
        return counters(end.stderr.splitlines()[-1])

    def wait_for(self, server: programs.Server, count: int) -> None:
        """Until it has received so many."""

        programs.wait_until(f"{count} datagrams received", lambda: ask_for_counters(server)["received"] >= count)

    def test_port_zero_is_not_answered(self) -> None:
        server = self.serve()
        from_port_zero(server.address, b"Bond")
        self.wait_for(server, 1)
        counted = self.stop(server)
        self.assertEqual((1, 0), (counted["ignored_port_zero"], counted["answered"]))

    def test_two_servers_fall_silent_after_one_answer(self) -> None:
        one, other = self.serve(), self.serve()
        from_forged(one.address, other.address, b"Bond")
        self.wait_for(one, 1)
        with DatagramClient(one.address) as client:
            client.ask(b"last")  # whatever followed would have come before
        counted, of_other = self.stop(one), self.stop(other)
        self.assertEqual((2, 1, 1), tuple(counted[name] for name in ("received", "answered", "ignored_answer_form")))
        self.assertEqual((1, 1), (of_other["received"], of_other["answered"]))

    def test_without_the_guard_they_do_not(self) -> None:
        one, other = self.serve("--loop-guard", "off"), self.serve("--loop-guard", "off")
        from_forged(one.address, other.address, b"Bond")
        self.wait_for(one, 100)
        self.stop(other)
        self.stop(one)

    def test_a_server_does_not_talk_to_itself(self) -> None:
        server = self.serve()
        from_forged(server.address, server.address, b"Bond")
        self.wait_for(server, 1)
        counted = self.stop(server)
        self.assertEqual((1, 0), (counted["ignored_own_address"], counted["answered"]))


if __name__ == "__main__":
    programs.main()
