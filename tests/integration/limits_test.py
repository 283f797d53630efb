"""What ends or refuses a connection: time that passes, and numbers that are reached."""

import select

import programs
from clients import SECONDS_MAX, Client, Stopwatch
from hello import LINE


@programs.for_each([*programs.all_servers(), *programs.handoff()])
class Limits:
    def test_an_idle_connection_is_closed_and_an_active_one_is_not(self) -> None:
        server = self.serve("--idle-timeout", "1s")
        watch = Stopwatch()
        idle = server.connect_welcomed()
        half_a_line = server.connect_welcomed()
        half_a_line.send(b"half")
        active = server.connect_welcomed()
        while not select.select([idle.socket], [], [], 0.02)[0]:
            active.exchange()
            self.assertLess(watch.seconds, SECONDS_MAX)
        idle.expect_end()
        self.assertGreaterEqual(watch.seconds, 1.0)
        half_a_line.expect_end()
        active.exchange()

    def test_a_connection_that_waits_for_its_own_answer_is_not_idle(self) -> None:
        places = [()] if self.variant.is_threaded else [
            ("--work-on", "loop"), ("--work-on", "timer"), ("--work-on", "workers", "--workers", "1")]
        clients = []
        for place in places:
            client = self.serve("--idle-timeout", "250ms", "--work", "sleep:600ms", *place).connect_welcomed()
            client.send(b"Bond\nalpha\n")
            clients.append(client)
        for place, client in zip(places, clients):
            with self.subTest(place=place):
                client.expect_rest(LINE.answers([b"Bond", b"alpha"]))

    def test_a_client_that_does_not_read_is_idle(self) -> None:
        server = self.serve("--idle-timeout", "300ms")
        client = server.connect_welcomed(receive_buffer_bytes=32768)
        try:
            client.send((b"x" * 1000 + b"\n") * 20_000)
        except (BrokenPipeError, ConnectionResetError):
            return
        self.fail("20 MB of answers found room, although nobody read them")

    def test_connections_over_the_maximum_are_closed_at_once(self) -> None:
        server = self.serve("--connections-max", "3")
        welcome = [server.connect_welcomed() for _ in range(3)]
        for _ in range(20):
            server.connect().expect_end()
        for client in welcome:
            client.exchange()

    def test_a_place_that_becomes_free_can_be_taken(self) -> None:
        server = self.serve("--connections-max", "2")
        for _ in range(10):
            clients = [connect_in_the_end(server) for _ in range(2)]
            server.connect().expect_end()
            clients[0].reset()
            clients[1].send(b"exit\n")
            clients[1].expect_end()
            clients[1].close()

    def test_connections_are_logged_where_that_is_asked(self) -> None:
        server = self.serve("--log-connections")
        client = server.connect_welcomed()
        host, port = client.socket.getsockname()
        client.send(b"exit\n")
        client.expect_end()
        client.close()
        lines = server.stderr.wait_for_lines(2)
        name = f"{self.variant.program}: {host}:{port}"
        self.assertEqual([f"{name} accepted", f"{name} closed: orderly"], lines)
        self.assertEqual(0, server.stop().code)


@programs.for_each([*programs.event_driven(), *programs.handoff()])
class LimitsOfHelloTcp:
    def test_a_message_must_be_complete_in_time_however_it_trickles(self) -> None:
        server = self.serve("--message-timeout", "500ms")
        patient = server.connect_welcomed()
        patient.exchange()
        slow = server.connect_welcomed()
        watch = Stopwatch()
        while not select.select([slow.socket], [], [], 0.02)[0]:
            slow.send(b"x")
            self.assertLess(watch.seconds, SECONDS_MAX)
        slow.expect_closed()
        self.assertGreaterEqual(watch.seconds, 0.5)
        patient.exchange()  # between messages there is no hurry

    def test_an_address_has_its_own_maximum(self) -> None:
        server = self.serve("--connections-per-address", "2")
        first = [server.connect_welcomed(source="127.0.0.1") for _ in range(2)]
        server.connect(source="127.0.0.1").expect_end()
        other = [server.connect_welcomed(source="127.0.0.2") for _ in range(2)]
        server.connect(source="127.0.0.2").expect_end()
        for client in first + other:
            client.exchange()
        first[0].close()
        connect_in_the_end(server, source="127.0.0.1").exchange()


def connect_in_the_end(server: programs.Server, **options) -> Client:
    """A connection that was taken; the server sees a little later than we do that another one has gone."""
    watch = Stopwatch()
    while watch.seconds < SECONDS_MAX:
        client = server.connect(**options)
        try:
            if client.receive(len(LINE.welcome)) == LINE.welcome:
                return client
        except ConnectionResetError:
            pass
        client.close()
    raise AssertionError(f"{server} takes no connection any more")


if __name__ == "__main__":
    programs.main()
