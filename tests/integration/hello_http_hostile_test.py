"""hello-http among those who mean no good: heads without end, pipelines that nobody reads, bodies that cannot be."""

import pathlib
import time

import programs
from clients import Client
from hello_http import GET, HOST, Answer, get, variants

CHUNKED = b"PUT / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
MEMORY_BYTES_MAX = 64 << 20  # what a server that keeps nothing stays far below, a sanitizer's too


def memory_bytes(server: programs.Server) -> int:
    """Resident memory; 0 where there is no /proc to say so."""
    try:
        status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
    except FileNotFoundError:
        return 0
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024


@programs.for_each(variants())
class HelloHttpHostile:
    def refused(self, client: Client, status: int) -> None:
        answer = Answer(client.receive_rest())
        self.assertEqual((status, "close", b""), (answer.status, answer.fields.get("Connection"), answer.rest))

    def served(self, server: programs.Server) -> None:
        """Others notice nothing."""
        bystander = server.connect()
        bystander.send(GET)
        self.assertEqual(b"Hello, Bond!", Answer(bystander.receive_until(b"!")).body)

    def test_heads_that_trickle_end_at_their_time(self) -> None:
        """Slow loris: a byte now and then keeps no connection. The others are served meanwhile."""
        server = self.serve("--head-timeout", "300ms")
        lorises = [server.connect() for _ in range(50)]
        head = b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 1_000
        began, at = time.monotonic(), 0
        while time.monotonic() - began < 0.25:
            for client in lorises:
                client.send(head[at:at + 1])
            at += 1
            self.served(server)
        for client in lorises:
            self.refused(client, 408)
        self.assertGreaterEqual(time.monotonic() - began, 0.3)
        self.served(server)

    def test_a_pipeline_that_nobody_reads_is_not_read_on(self) -> None:
        """The server stops reading where its answers pile up, and answers all of them once somebody reads."""
        server = self.serve()
        before = memory_bytes(server)
        count = 200_000  # answers of some 30 MB
        data = GET * count
        client = server.connect()
        sent = client.send_what_fits(data)
        self.assertLess(sent, len(data))
        self.assertLess(memory_bytes(server) - before, MEMORY_BYTES_MAX)
        self.served(server)
        client.send_in_background(data[sent:], then_end=True)
        said = client.receive_rest()
        self.assertEqual((count, count), (said.count(b"HTTP/1.1 200 OK\r\n"), said.count(b"\r\n\r\nHello, Bond!")))

    def test_many_pipelines_that_nobody_reads_are_bounded(self) -> None:
        server = self.serve()
        before = memory_bytes(server)
        clients = [server.connect() for _ in range(20)]
        for client in clients:
            client.send_what_fits(GET * 10_000)
        self.assertLess(memory_bytes(server) - before, MEMORY_BYTES_MAX)
        self.served(server)
        for client in clients:
            client.reset()

    def test_chunks_that_cannot_be_are_refused_before_they_come(self) -> None:
        server = self.serve()
        for line, status in ((b"40000000\r\n", 413), (b"100001\r\n", 413), (b"FFFFFFFF\r\n", 413),
                             (b"1" + b"0" * 16 + b"\r\n", 400), (b"-1\r\n", 400), (b"\r\n", 400)):
            with self.subTest(line=line):
                client = server.connect()
                client.send(CHUNKED + line)
                self.refused(client, status)

    def test_a_chunks_line_without_end_is_cut_off(self) -> None:
        """1 GiB of it would come: it ends when it has passed its limit, and is not kept."""
        server = self.serve()
        before = memory_bytes(server)
        for begin, status in ((b"1;", 431), (b"0", 400), (b"1;a=\"", 431), (b"0\r\nX: ", 431)):
            with self.subTest(begin=begin):
                client = server.connect()
                client.send(CHUNKED + begin)
                sent = 0
                try:
                    while sent < 1 << 30:
                        client.send((b"0" if begin == b"0" else b"a") * 65536)
                        sent += 65536
                except (BrokenPipeError, ConnectionResetError):
                    pass
                self.assertLess(sent, 64 << 20)
                self.assertLess(memory_bytes(server) - before, MEMORY_BYTES_MAX)
                small = server.connect()
                small.send(CHUNKED + begin + (b"0" if begin == b"0" else b"a") * 70_000)
                self.refused(small, status)
        self.served(server)

    def test_expectations_that_are_none_are_not_met(self) -> None:
        server = self.serve()
        for value in (b"nonsense", b"100-continue, x", b"100-continue;q=1", b"100", b"", b"200-ok", b"100-continue\x80"):
            for version in (b"1.1", b"1.0"):
                with self.subTest(value=value, version=version):
                    client = server.connect()
                    client.send(b"PUT / HTTP/" + version + b"\r\n" + HOST + b"Expect: " + value + b"\r\nContent-Length: 1\r\n\r\n")
                    client.wait_until_arrived()
                    client.send(b"x")
                    client.end()
                    self.assertEqual(405, Answer(client.receive_rest()).status)

    def test_an_expectation_is_met_once_and_not_where_there_is_nothing_to_send(self) -> None:
        server = self.serve()
        for case in (b"100-continue", b"100-CONTINUE"):
            client = server.connect()
            client.send(b"PUT / HTTP/1.1\r\n" + HOST + b"Expect: " + case + b"\r\nContent-Length: 3\r\n\r\n")
            client.expect(b"HTTP/1.1 100 Continue\r\n\r\n")
            for byte in (b"a", b"b", b"c"):
                client.send(byte)
                client.wait_until_arrived()
            client.end()
            self.assertEqual(405, Answer(client.receive_rest()).status)
        client = server.connect()
        client.send(get("/", b"Expect: 100-continue\r\n"))
        client.end()
        self.assertEqual(200, Answer(client.receive_rest()).status)

    def test_a_body_too_large_is_refused_instead_of_continued(self) -> None:
        client = self.serve().connect()
        client.send(b"PUT / HTTP/1.1\r\n" + HOST + b"Expect: 100-continue\r\nContent-Length: 1073741824\r\n\r\n")
        self.refused(client, 413)


if __name__ == "__main__":
    programs.main()
