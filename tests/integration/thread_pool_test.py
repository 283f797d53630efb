"""hello-threaded with a fixed number of threads: who is served, who waits, and how both end."""

import select

import programs
from hello import LINE


@programs.for_each([programs.Variant("hello-threaded", ("--threads", "2"))])
class ThreadPool:
    def expect_silence(self, client) -> None:
        self.assertEqual([], select.select([client.socket], [], [], 0.1)[0])

    def test_says_how_many_threads_there_are(self) -> None:
        self.assertRegex(self.serve().start_line, r"\(2 threads\)\Z")

    def test_a_connection_beyond_the_threads_waits_until_one_is_free(self) -> None:
        server = self.serve()
        first, second = (server.connect_welcomed() for _ in range(2))
        third = server.connect()
        third.send(b"Bond\n")
        self.expect_silence(third)
        first.exchange()
        second.exchange()
        first.close()
        third.end()
        third.expect_rest(LINE.welcome + LINE.answers([b"Bond"]))

    def test_many_more_connections_than_threads_are_all_served(self) -> None:
        server = self.serve()
        clients = [server.connect() for _ in range(200)]
        for client in clients:
            client.send(b"alpha\n")
            client.end()
        for client in clients:
            client.expect_rest(LINE.welcome + LINE.answers([b"alpha"]))

    def test_a_drain_answers_what_has_arrived_on_connections_that_wait(self) -> None:
        server = self.serve()
        held = [server.connect_welcomed() for _ in range(2)]
        waiting = [server.connect() for _ in range(10)]
        for client in waiting:
            client.send(b"Bond\n")
        server.send_sigterm()
        for client in waiting:
            client.expect_rest(LINE.welcome + LINE.answers([b"Bond"]))
            client.close()
        for client in held:
            client.expect_end()
            client.close()
        self.assertEqual(0, server.wait().code)

    def test_a_drain_cuts_those_that_wait_behind_long_work(self) -> None:
        server = self.serve("--work", "sleep:300ms", "--grace", "50ms")
        clients = [server.connect() for _ in range(4)]
        for client in clients:
            client.send(b"Bond\n")
        clients[0].expect(LINE.welcome)
        clients[1].expect(LINE.welcome)
        end = server.stop()
        self.assertEqual(0, end.code)
        self.assertRegex(end.stderr, r"\Ahello-threaded: cut 4 connections: not done within the grace of 50ms\. Fix: [^\n]+\n\Z")


@programs.for_each([programs.Variant("hello-threaded", ("--threads", "1"))])
class ThreadPoolOfOne:
    def test_those_that_wait_are_served_in_the_order_of_their_coming(self) -> None:
        server = self.serve()
        served = server.connect_welcomed()
        waiting = [server.connect() for _ in range(20)]
        for place, client in enumerate(waiting):
            self.assertEqual([], select.select([later.socket for later in waiting[place:]], [], [], 0)[0])
            served.close()
            client.expect(LINE.welcome)
            served = client
        served.exchange()


if __name__ == "__main__":
    programs.main()
