"""What connections cost in memory. Not for sanitizers, which need memory of their own."""

import resource
import unittest

import processes
import programs
from hello import LINE

IDLE_BYTES_MAX = 512  # of user memory for an idle connection


def idle_counts(poller: str) -> tuple[int, int]:
    """How many connections to compare: 2000 and 6000, or fewer where descriptors are short, or where each costs poll(2) time."""
    wanted = 500 if poller == "poll" else 2000
    few = min(wanted, (processes.raise_descriptor_limit() - 200) // 3)
    assert few >= 250, "too few descriptors to measure anything: raise the hard limit (ulimit -Hn)"
    return few, 3 * few


@programs.for_each(programs.event_driven())
class Memory:
    def test_an_idle_connection_costs_half_a_kib(self) -> None:
        server = self.serve()
        used = []
        for count in idle_counts(server.details.split(",")[0]):
            while len(server.clients) < count:
                client = server.connect_welcomed()
                client.exchange()
            used.append((count, processes.private_bytes(server.pid)))
        (few, before), (many, after) = used
        each = (after - before) / (many - few)
        print(f"{few} and {many} connections: an idle one costs {each:.0f} bytes", flush=True)
        self.assertLessEqual(each, IDLE_BYTES_MAX)

    def test_a_connection_that_was_busy_keeps_no_buffer(self) -> None:
        """One after the other, so that all can use the same memory."""
        server = self.serve()
        clients = [server.connect_welcomed() for _ in range(200)]
        before = processes.private_bytes(server.pid)
        bystander = server.connect_welcomed()
        for client in clients:
            client.send(b"x" * 30_000)
            bystander.exchange()  # so that the half of it is read, and kept
            client.send(b"y" * 30_000 + b"\n")
            client.expect(LINE.answer(b"x" * 30_000 + b"y" * 30_000))
        grown = processes.private_bytes(server.pid) - before
        print(f"200 lines of 60,000 bytes leave {grown} bytes", flush=True)
        self.assertLess(grown, 2 * 1024 * 1024)

    def test_a_client_that_never_reads_costs_a_bounded_amount(self) -> None:
        server = self.serve()
        server.connect_welcomed().exchange()
        before = processes.private_bytes(server.pid)
        client = server.connect_welcomed(receive_buffer_bytes=32768)
        client.send_what_fits((b"x" * 1000 + b"\n") * 100_000)
        grown = processes.private_bytes(server.pid) - before
        print(f"a client that never reads costs {grown} bytes", flush=True)
        self.assertLess(grown, 8 * 1024 * 1024)
        client.reset()


@programs.for_each([programs.Variant("hello-threaded")])
class Threads:
    def test_without_room_for_a_thread_it_serves_on_and_recovers(self) -> None:
        server = self.serve()
        old = server.connect_welcomed()
        processes.limit(server.pid, resource.RLIMIT_AS, processes.virtual_bytes(server.pid) + 2 * 1024 * 1024)
        for _ in range(5):
            server.connect().expect_end()
        old.exchange()
        processes.limit(server.pid, resource.RLIMIT_AS, resource.RLIM_INFINITY)
        server.connect_welcomed().exchange()
        server.close_clients()
        end = server.stop()
        self.assertEqual(0, end.code)
        self.assertRegex(end.stderr, r"\A(hello-threaded: cannot start a thread: [^\n]+ Fix: [^\n]+\n)+\Z")


if __name__ == "__main__":
    programs.main()
