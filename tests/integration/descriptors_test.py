"""Servers that run out of descriptors serve on, do not spin, say it once a second, and recover."""

import resource
import unittest

import processes
import programs
from clients import Stopwatch, quiet
from hello import LINE


@programs.for_each([*programs.all_servers(), *programs.handoff()])
class Descriptors:
    def out_of_descriptors(self, server: programs.Server, waiting_count: int) -> list[programs.Client]:
        """Returns clients that wait to be accepted by a server that has no descriptor left and has said so."""
        processes.limit(server.pid, resource.RLIMIT_NOFILE, processes.descriptors(server.pid))
        server.connect()  # an accept that blocks already has its descriptor
        waiting = [server.connect() for _ in range(waiting_count)]
        server.stderr.wait_for_lines(1)
        return waiting

    def expect_end_with_complaints(self, server: programs.Server) -> None:
        server.close_clients()
        end = server.stop()
        self.assertEqual(0, end.code)
        self.assertRegex(end.stderr, rf"\A({self.variant.program}: cannot accept: Too many open files; [^\n]+ Fix: [^\n]+\n)+\Z")

    def test_serves_on_and_recovers(self) -> None:
        server = self.serve()
        old = [server.connect_welcomed() for _ in range(12)]
        waiting = self.out_of_descriptors(server, 10)
        before = processes.cpu_seconds(server.pid)
        for client in old:
            client.exchange()
        quiet(waiting, 1.0)
        self.assertLessEqual(processes.cpu_seconds(server.pid) - before, 0.2)

        for client in old[:6]:
            client.close()
        watch = Stopwatch()
        for _ in range(5):
            programs.wait_until("a place for one who waits", lambda: take_welcomed(waiting))
        self.assertLess(watch.seconds, 1.0)
        for client in old[6:]:
            client.exchange()
        processes.limit(server.pid, resource.RLIMIT_NOFILE, 1000)
        for client in waiting:
            client.expect(LINE.welcome)
            client.exchange()
        self.expect_end_with_complaints(server)

    def test_complains_once_a_second(self) -> None:
        server = self.serve()
        server.connect_welcomed()
        watch = Stopwatch()
        self.out_of_descriptors(server, 20)
        lines = server.stderr.wait_for_lines(2)
        self.assertLessEqual(len(lines), 1 + watch.seconds)
        processes.limit(server.pid, resource.RLIMIT_NOFILE, 1000)
        self.expect_end_with_complaints(server)


class Listeners(unittest.TestCase):
    def descriptors_of(self, accept: str, loops: int) -> int:
        server = programs.Variant("hello-tcp").start("--accept", accept, "--loops", str(loops))
        self.addCleanup(server.stop)
        return processes.descriptors(server.pid)

    def test_by_handoff_one_loop_listens_for_all(self) -> None:
        handoff, reuseport, best = (self.descriptors_of(accept, 4) for accept in ("handoff", "reuseport", "best"))
        self.assertEqual(handoff + 3, reuseport)
        self.assertEqual(reuseport, best)


def take_welcomed(waiting: list[programs.Client]) -> bool:
    """Takes out of `waiting` one client that was accepted."""
    for client in waiting:
        client.socket.setblocking(False)
        try:
            welcomed = client.receive(len(LINE.welcome)) == LINE.welcome
        except BlockingIOError:
            welcomed = False
        client.socket.settimeout(programs.SECONDS_MAX)
        if welcomed:
            client.exchange()
            waiting.remove(client)
            return True
    return False


if __name__ == "__main__":
    programs.main()
