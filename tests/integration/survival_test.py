"""Servers survive storms, and give everything back. Looks at processes through Linux's /proc."""

import processes
import programs
from clients import quiet
from hello import LINE

CYCLES = 1000


@programs.for_each([*programs.all_servers(), *programs.handoff()])
class Survival:
    def expect_all_given_back(self, server: programs.Server, descriptors: int, threads: int) -> None:
        server.close_clients()
        programs.wait_until("descriptors as before", lambda: processes.descriptors(server.pid) <= descriptors)
        programs.wait_until("threads as before", lambda: processes.threads(server.pid) <= threads)
        server.connect_welcomed().exchange()

    def measured_server(self, *arguments: str) -> tuple[programs.Server, int, int]:
        """A server that has seen its first connection, and what it holds without one."""
        server = self.serve(*arguments)
        before = processes.descriptors(server.pid), processes.threads(server.pid)
        with server.connect_welcomed() as client:
            client.exchange()
        return server, *before

    def test_a_thousand_connections_leave_nothing_behind(self) -> None:
        server, descriptors, threads = self.measured_server()
        for number in range(CYCLES):
            with server.connect() as client:
                if number % 2:
                    client.expect(LINE.welcome)
                    client.exchange()
        self.expect_all_given_back(server, descriptors, threads)

    def test_a_storm_of_resets_leaves_nothing_behind(self) -> None:
        server, descriptors, threads = self.measured_server()
        for number in range(CYCLES):
            client = server.connect()
            if number % 5 == 1:
                client.send(b"half a li")
            elif number % 5 == 2:
                client.send(b"Bond\n" * 1000)
            elif number % 5 == 3:
                client.expect(LINE.welcome)
                client.send(b"exit\n")
            elif number % 5 == 4:
                client.send(b"Bond\nlast")
                client.end()
            client.reset()
        self.expect_all_given_back(server, descriptors, threads)

    def test_resets_of_clients_that_read_nothing_leave_nothing_behind(self) -> None:
        server, descriptors, threads = self.measured_server()
        for _ in range(5):
            client = server.connect(receive_buffer_bytes=32768)
            client.send_what_fits((b"x" * 1000 + b"\n") * 20_000)
            client.reset()
        self.expect_all_given_back(server, descriptors, threads)

    def test_slow_clients_hold_up_nobody(self) -> None:
        server, descriptors, threads = self.measured_server()
        slow = [server.connect_welcomed() for _ in range(200)]
        for client in slow:
            client.send(b"half a li")
        active = server.connect_welcomed()
        for _ in range(200):
            active.exchange()
        for client in slow:
            client.send(b"ne\n")
        for client in slow:
            client.expect(LINE.answer(b"half a line"))
        self.expect_all_given_back(server, descriptors, threads)

    def test_connections_that_wait_use_no_processor(self) -> None:
        """Idle, half-closed, blocked, or with a peer that has gone: a second of each costs next to nothing."""
        server = self.serve()
        idle = [server.connect_welcomed() for _ in range(20)]
        half_a_line = server.connect_welcomed()
        half_a_line.send(b"half a li")
        lots = (b"x" * 1000 + b"\n") * 100_000
        blocked, blocked_at_its_end, reset_while_blocked = (
            server.connect_welcomed(receive_buffer_bytes=32768) for _ in range(3))
        for client in (blocked, blocked_at_its_end, reset_while_blocked):
            client.send_what_fits(lots)
        blocked_at_its_end.end()
        reset_while_blocked.reset()
        told_to_exit = server.connect_welcomed()
        told_to_exit.send(b"exit\n")
        told_to_exit.expect_end()  # and stays open on our side
        waiting = [*idle, half_a_line]
        programs.wait_until("it has done what it can", lambda: self.cpu_seconds_while_quiet(server, waiting, 0.1) == 0)
        self.assertLessEqual(self.cpu_seconds_while_quiet(server, waiting, 1.0), 0.05)
        idle[0].exchange()

    def cpu_seconds_while_quiet(self, server: programs.Server, waiting: list[programs.Client], seconds: float) -> float:
        before = processes.cpu_seconds(server.pid)
        quiet(waiting, seconds)
        return processes.cpu_seconds(server.pid) - before


if __name__ == "__main__":
    programs.main()
