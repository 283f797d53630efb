"""How a server ends: SIGTERM and SIGINT drain, a second one does not wait, and the exit codes tell."""

import signal

import programs
from clients import Client, Stopwatch
from hello import CHUNK, LINE

PROMPTLY = 10.0  # seconds: far less than what would have to be waited for


def hello_tcp_places() -> list[tuple[str, ...]]:
    return [("--work-on", "loop"), ("--work-on", "timer"), ("--work-on", "workers", "--workers", "2")]


@programs.for_each([*programs.all_servers(), *programs.handoff()])
class Stop:
    def places(self) -> list[tuple[str, ...]]:
        return [()] if self.variant.is_threaded else hello_tcp_places()

    def expect_stop(self, server: programs.Server, number: int = signal.SIGTERM) -> None:
        end = server.stop(number)
        self.assertEqual((0, "", server.start_line + "\n"), (end.code, end.stderr, end.stdout))

    def expect_stop_that_cuts(self, server: programs.Server, what: str, grace: str) -> None:
        watch = Stopwatch()
        end = server.stop()
        self.assertEqual((0, server.start_line + "\n"), (end.code, end.stdout))
        said = rf"{self.variant.program}: cut {what}: not done within the grace of {grace}\. Fix: [^\n]+\n"
        self.assertRegex(end.stderr, rf"\A{said}\Z")
        self.assertLess(watch.seconds, PROMPTLY)

    def test_says_that_it_listens_in_one_line(self) -> None:
        server = self.serve("--host", "127.0.0.1")
        if self.variant.is_threaded:
            details = "one thread per connection"
        else:
            _, poller, _, loops, *_ = self.variant.arguments
            details = f"{poller}, {loops} loop{'' if loops == '1' else 's'}, 0 workers"
        self.assertEqual(f"{self.variant.program} listening on 127.0.0.1:{server.address[1]} ({details})", server.start_line)
        self.assertNotEqual(0, server.address[1])
        self.expect_stop(server)

    def test_a_signal_ends_it_without_a_word(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            self.expect_stop(self.serve(), number=number)

    def test_a_signal_right_after_the_start_ends_it_in_order(self) -> None:
        for _ in range(10):
            self.expect_stop(self.variant.start())

    def test_idle_connections_are_closed_in_order(self) -> None:
        server = self.serve()
        clients = [server.connect_welcomed() for _ in range(20)]
        clients[0].send(b"unfinished")
        server.send_sigterm()
        for client in clients:
            client.expect_end()
            client.close()
        self.assertEqual(0, server.wait().code)

    def test_what_has_arrived_is_answered(self) -> None:
        """Also when nobody has accepted the connection yet."""
        server = self.serve()
        clients = [server.connect() for _ in range(100)]
        for number, client in enumerate(clients):
            client.send(b"%d\n" % number * (number % 7 + 1) + b"unfinished")
        for client in clients:
            programs.wait_until("arrival", client.has_arrived)
        server.send_sigterm()
        for number, client in enumerate(clients):
            client.expect_rest(LINE.welcome + LINE.answers([b"%d" % number] * (number % 7 + 1)))
            client.close()
        end = server.wait()
        self.assertEqual((0, ""), (end.code, end.stderr))

    def test_work_in_flight_is_finished(self) -> None:
        names = [b"a", b"b", b"c", b"d", b"e"]
        for framing in (LINE, CHUNK):
            for place in self.places():
                for work in ("sleep:5ms", "cpu:3ms"):
                    if work.startswith("cpu") and "timer" in place:
                        continue
                    with self.subTest(framing=framing.name, place=place, work=work):
                        self.stop_at_work(framing, names, "--work", work, *place)

    def stop_at_work(self, framing, names: list[bytes], *arguments: str) -> None:
        server = self.serve("--framing", framing.name, *arguments)
        clients = [server.connect_welcomed(framing=framing) for _ in range(4)]
        messages = names if framing is LINE else [name * 1024 for name in names]
        for client in clients:
            client.send(b"".join(message + framing.suffix for message in messages))
        for client in clients:
            programs.wait_until("arrival", client.has_arrived)
        server.send_sigterm()
        for client in clients:
            client.expect_rest(framing.answers(messages))
            client.close()
        self.assertEqual(0, server.wait().code)

    def test_a_large_answer_that_the_client_takes_late_is_complete(self) -> None:
        server = self.serve("--line-max", "3000000")
        client = server.connect_welcomed(receive_buffer_bytes=32768)
        name = b"0123456789" * 250_000
        client.send(name + b"\n")
        client.expect(b"Hello, 0123")  # so it is being sent, and does not fit
        server.send_sigterm()
        client.expect_rest(LINE.answer(name).removeprefix(b"Hello, 0123"))
        client.close()
        self.assertEqual(0, server.wait().code)

    def test_a_client_that_does_not_read_is_cut_after_the_grace(self) -> None:
        size = 16_000_000  # far more than the kernel's buffers hold
        server = self.serve("--grace", "300ms", "--line-max", str(size))
        client = server.connect_welcomed(receive_buffer_bytes=32768)
        client.send(b"x" * size + b"\n")
        programs.wait_until("arrival", client.has_arrived)
        watch = Stopwatch()
        self.expect_stop_that_cuts(server, "1 connection", "300ms")
        self.assertGreaterEqual(watch.seconds, 0.3)

    def test_a_client_that_waits_longer_than_the_grace_is_cut(self) -> None:
        """The work itself cannot be cut where it blocks a loop."""
        for place in self.places():
            if "loop" in place:
                continue
            with self.subTest(place=place):
                server = self.serve("--grace", "200ms", "--work", "sleep:40s", *place)
                for _ in range(2):
                    client = server.connect_welcomed()
                    client.send(b"Bond\n")
                    programs.wait_until("arrival", client.has_arrived)
                self.expect_stop_that_cuts(server, "2 connections", "200ms")

    def test_a_second_signal_does_not_wait(self) -> None:
        for place in self.places():
            for first, second in ((signal.SIGTERM, signal.SIGINT), (signal.SIGINT, signal.SIGTERM)):
                with self.subTest(place=place, first=first.name, second=second.name):
                    server = self.serve("--grace", "40s", "--work", "sleep:40s", *place)
                    idle = server.connect_welcomed()
                    busy = server.connect_welcomed()
                    busy.send(b"Bond\n")
                    programs.wait_until("arrival", busy.has_arrived)
                    watch = Stopwatch()
                    server.send_signal(first)
                    if "loop" not in place:
                        idle.expect_end()  # it drains; a loop that sleeps could not tell
                    self.assertTrue(server.running())
                    programs.wait_until("its end", lambda: ended_by(server, second))
                    end = server.wait()
                    self.assertEqual("", end.stderr)
                    # While the first is pending still, the kernel may deliver the second before it.
                    self.assertIn(end.code, {128 + second, 128 + first} if "loop" in place else {128 + second})
                    self.assertLess(watch.seconds, PROMPTLY)

    def test_listens_no_more_while_it_drains(self) -> None:
        server = self.serve("--work", "sleep:300ms", *([] if self.variant.is_threaded else ["--work-on", "timer"]))
        idle = server.connect_welcomed()
        busy = server.connect_welcomed()
        busy.send(b"Bond\nalpha\n")
        programs.wait_until("arrival", busy.has_arrived)
        server.send_sigterm()
        idle.expect_end()
        programs.wait_until("it listens no more", lambda: refuses(server))
        busy.expect_rest(LINE.answers([b"Bond", b"alpha"]))
        server.close_clients()
        self.assertEqual(0, server.wait().code)

    def test_goes_on_when_nobody_reads_its_log(self) -> None:
        server = self.serve("--log-connections", stderr_is_read=False)
        for _ in range(10):
            with server.connect_welcomed() as client:
                client.exchange()
        server.close_clients()
        self.assertEqual(0, server.stop().code)


def ended_by(server: programs.Server, number: int) -> bool:
    """Sends the signal again: two that come close together may count as one."""
    if server.running():
        server.send_signal(number)
    return not server.running()


def refuses(server: programs.Server) -> bool:
    try:
        Client(server.address).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:
        pass
    return False


if __name__ == "__main__":
    programs.main()
