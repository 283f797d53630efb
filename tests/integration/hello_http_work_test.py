"""hello-http --work: answers are the same, and in order, wherever the work is done; what differs is who waits for it."""

import signal
import unittest

import programs
from clients import Stopwatch
from hello_http import Answer, get, variants

LOOP = ("--work-on", "loop")
TIMER = ("--work-on", "timer")
WORKERS = ("--work-on", "workers", "--workers", "4")


@programs.for_each(variants())
class HelloHttpWork:
    def each_server(self, kind: str, duration: str, *arguments: str, places: tuple = (LOOP, TIMER, WORKERS)):
        for place in places:
            if (kind, place) != ("cpu", TIMER):
                with self.subTest(place=place[1], kind=kind):
                    yield place, self.serve("--work", kind if kind == "none" else f"{kind}:{duration}", *place, *arguments)

    def expect(self, data: bytes, status: int, body: bytes) -> bytes:
        answer = Answer(data)
        self.assertEqual((status, body), (answer.status, answer.body))
        return answer.rest

    def test_answers_keep_their_order(self) -> None:
        for kind in ("none", "sleep", "cpu"):
            for _, server in self.each_server(kind, "300us"):
                client = server.connect()
                client.send(b"".join(get(f"/hello/{number}") for number in range(20)) + get("/x") + get("/healthz"))
                client.end()
                rest = client.receive_rest()
                for number in range(20):
                    rest = self.expect(rest, 200, b"Hello, %d!" % number)
                self.assertEqual(404, Answer(rest).status)
                self.assertEqual(b"", self.expect(Answer(rest).rest, 200, b"ok\n"))

    def test_what_was_asked_for_is_kept_during_the_work(self) -> None:
        """The method and the target are the parser's only until the handler returns."""
        for _, server in self.each_server("sleep", "2ms"):
            client = server.connect()
            client.send(get("/hello/B%C3%A4r").replace(b"GET", b"HEAD") + get("/").replace(b"GET", b"DELETE"))
            client.end()
            head = Answer(client.receive_rest(), head_only=True)
            self.assertEqual((200, str(len("Hello, Bär!".encode()))), (head.status, head.fields["Content-Length"]))
            self.assertEqual(405, Answer(head.rest).status)

    def test_work_takes_its_time(self) -> None:
        for kind in ("sleep", "cpu"):
            for _, server in self.each_server(kind, "20ms"):
                client = server.connect()
                watch = Stopwatch()
                for _ in range(5):
                    client.send(get("/"))
                    self.expect(client.receive_until(b"!"), 200, b"Hello, World!")
                self.assertGreaterEqual(watch.seconds, 0.1)

    def test_connections_do_not_wait_for_each_other(self) -> None:
        """But where the work is done on the loop. Fifty times 100 ms are 5 s one after the other."""
        for _, server in self.each_server("sleep", "100ms", places=(TIMER, WORKERS)):
            clients = [server.connect() for _ in range(50)]
            watch = Stopwatch()
            self.ask_all(clients)
            self.assertGreaterEqual(watch.seconds, 0.1)
            self.assertLess(watch.seconds, 3.5)

    def test_work_on_the_loop_blocks_its_connections(self) -> None:
        if "1" not in self.variant.arguments:
            self.skipTest("several loops share the work")
        for _, server in self.each_server("sleep", "30ms", places=(LOOP,)):
            watch = Stopwatch()
            self.ask_all([server.connect() for _ in range(10)])
            self.assertGreaterEqual(watch.seconds, 0.3)

    def ask_all(self, clients: list) -> None:
        for client in clients:
            client.send(get("/"))
        for client in clients:
            self.expect(client.receive_until(b"!"), 200, b"Hello, World!")

    def test_a_client_that_leaves_during_the_work_harms_nobody(self) -> None:
        for _, server in self.each_server("sleep", "2ms"):
            for number in range(30):
                client = server.connect()
                client.send(get("/") + get("/") + b"GET")
                (client.reset, client.close, client.end)[number % 3]()
            bystander = server.connect()
            bystander.send(get("/"))
            self.expect(bystander.receive_until(b"!"), 200, b"Hello, World!")

    def test_a_signal_waits_for_the_work(self) -> None:
        for _, server in self.each_server("sleep", "100ms"):
            client = server.connect()
            client.send(get("/") + get("/healthz"))
            client.wait_until_arrived()
            server.send_signal(signal.SIGTERM)
            rest = self.expect(client.receive_rest(), 200, b"Hello, World!")
            self.assertEqual(b"", self.expect(rest, 200, b"ok\n"))
            server.close_clients()
            end = server.wait()
            self.assertEqual((0, ""), (end.code, end.stderr))

    def test_work_that_outlasts_the_grace_is_cut(self) -> None:
        for place in (TIMER, WORKERS):
            with self.subTest(place=place[1]):
                server = self.variant.start("--work", "sleep:1h", "--grace", "50ms", *place)
                client = server.connect()
                client.send(get("/"))
                client.wait_until_arrived()
                end = server.stop()
                client.expect_closed()
                self.assertEqual(0, end.code, end)
                self.assertRegex(end.stderr, r"\Ahello-http: cut 1 connection: [^\n]*--grace\n\Z")
                client.close()


class WorkOptions(unittest.TestCase):
    def test_what_cannot_be_is_wrong_usage(self) -> None:
        for arguments in (["--work-on", "workers"], ["--work", "cpu:1ms", "--work-on", "timer"], ["--work", "bogus"],
                          ["--work", "sleep:1"], ["--work-on", "moon"]):
            with self.subTest(arguments=arguments):
                self.assertEqual(2, programs.run("hello-http", "--port", "0", *arguments).code)

    def test_the_first_line_tells_the_workers(self) -> None:
        server = programs.Variant("hello-http").start("--loops", "1", "--workers", "2", "--work-on", "workers")
        self.assertRegex(server.details, r"\A\w+, 1 loop, 2 workers\Z")
        server.stop()


if __name__ == "__main__":
    programs.main()
