"""hello-http, spoken to byte by byte, by curl, and by load generators where they are installed."""

import re
import shutil
import signal
import subprocess

import programs
from clients import SECONDS_MAX
from hello_http import GET, HOST, Answer, get, variants


@programs.for_each(variants())
class HelloHttp:
    def exchange(self, server: programs.Server, data: bytes) -> bytes:
        """All that comes back, when the client sends `data` and nothing more."""
        client = server.connect()
        client.send(data)
        client.end()
        return client.receive_rest()

    def expect(self, data: bytes, status: int, body: bytes) -> bytes:
        answer = Answer(data)
        self.assertEqual((status, body), (answer.status, answer.body))
        return answer.rest

    def expect_refusal(self, server: programs.Server, data: bytes, status: int) -> None:
        """One answer, then the end, although the client would go on."""
        client = server.connect()
        client.send(data)
        answer = Answer(client.receive_rest())
        self.assertEqual((status, "close", b""), (answer.status, answer.fields.get("Connection"), answer.rest), data)
        client.close()

    def test_greets(self) -> None:
        server = self.serve()
        for path, body in [("/", b"Hello, World!"), ("/?x=/y", b"Hello, World!"), ("/hello/Bond", b"Hello, Bond!"),
                           ("/hello/B%C3%A4r%00%0d%0a", b"Hello, B\xc3\xa4r\0\r\n!"), ("/hello/%252F", b"Hello, %2F!"),
                           ("http://localhost/hello/x?y", b"Hello, x!"), ("http://localhost", b"Hello, World!"), ("/healthz", b"ok\n")]:
            self.assertEqual(b"", self.expect(self.exchange(server, get(path)), 200, body))

    def test_knows_no_other_path_and_method(self) -> None:
        server = self.serve()
        for path in ("/hello", "/hello/", "/hello/a/b", "/hello/%", "/hello/%zz", "/x", "/healthz/x"):
            self.assertEqual(404, Answer(self.exchange(server, get(path))).status, path)
        for method in (b"POST", b"PUT", b"DELETE", b"OPTIONS"):
            answer = Answer(self.exchange(server, method + b" / HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\n\r\nx"))
            self.assertEqual((405, "GET, HEAD"), (answer.status, answer.fields["Allow"]))

    def test_dates_its_answers(self) -> None:
        date = Answer(self.exchange(self.serve(), GET)).fields["Date"]
        self.assertRegex(date, r"\A(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT\Z")

    def test_keeps_a_connection(self) -> None:
        client = self.serve().connect()
        for name in (b"1", b"2", b"3"):
            client.send(b"GET /hello/" + name + b" HTTP/1.1\r\n" + HOST + b"\r\n")
            answer = Answer(client.receive_until(b"!"))
            self.assertEqual(b"Hello, " + name + b"!", answer.body)
            self.assertNotIn("Connection", answer.fields)

    def test_closes_when_asked(self) -> None:
        server = self.serve()
        for data in (get("/", b"Connection: close\r\n"), get("/", version=b"1.0")):
            self.expect_refusal(server, data, 200)

    def test_keeps_a_connection_of_http_1_0_when_asked(self) -> None:
        client = self.serve().connect()
        for _ in range(2):
            client.send(get("/", b"Connection: keep-alive\r\n", b"1.0"))
            self.assertEqual("keep-alive", Answer(client.receive_until(b"!")).fields["Connection"])

    def test_answers_pipelined_requests_in_order(self) -> None:
        count = 500
        data = b"".join(get(f"/hello/{number}") for number in range(count))
        rest = self.exchange(self.serve(), data)
        for number in range(count):
            rest = self.expect(rest, 200, b"Hello, %d!" % number)
        self.assertEqual(b"", rest)

    def test_does_not_care_how_a_request_arrives(self) -> None:
        server = self.serve()
        data = b"PUT / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nA: b\r\n\r\n"
        client = server.connect()
        for cut in range(1, len(data)):
            client.send(data[:cut])
            client.wait_until_arrived()
            client.send(data[cut:])
            self.assertEqual(405, Answer(client.receive_until(b"HEAD\n")).status)
        for byte in GET:
            client.send(bytes([byte]))
        self.expect(client.receive_until(b"!"), 200, b"Hello, Bond!")

    def test_answers_head_without_a_body(self) -> None:
        data = self.exchange(self.serve(), GET.replace(b"GET", b"HEAD") + GET)
        head = Answer(data, head_only=True)
        self.assertEqual((200, str(len(b"Hello, Bond!"))), (head.status, head.fields["Content-Length"]))
        self.assertEqual(b"", self.expect(head.rest, 200, b"Hello, Bond!"))

    def test_says_continue_to_whoever_waits_for_it(self) -> None:
        client = self.serve().connect()
        head = b"POST / HTTP/1.1\r\n" + HOST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        client.send(head)
        client.expect(b"HTTP/1.1 100 Continue\r\n\r\n")
        client.send(b"hi")
        self.assertEqual(405, Answer(client.receive_until(b"HEAD\n")).status)
        client.send(head + b"hi")  # who does not wait needs no word
        self.assertEqual(405, Answer(client.receive_until(b"HEAD\n")).status)

    def test_refuses_what_could_be_read_in_two_ways(self) -> None:
        server = self.serve()
        post = b"POST / HTTP/1.1\r\n" + HOST
        for data in [
                post + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                post + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
                post + b"Transfer-Encoding: chunked, identity\r\n\r\n",
                post + b"Transfer-Encoding: \x0bchunked\r\n\r\n",
                post + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
                post + b"Content-Length: +1\r\n\r\n",
                post + b"Transfer-Encoding: chunked\r\n\r\n1\nx\r\n0\r\n\r\n",
                post + b"Transfer-Encoding: chunked\r\n\r\n0x1\r\nx\r\n0\r\n\r\n",
                b"GET / HTTP/1.1\n" + HOST + b"\r\n",
                b"GET / HTTP/1.1\r\n" + HOST + b"A: b\n\r\n",
                b"GET / HTTP/1.1\r\n" + HOST + b"A: b\rGET /x HTTP/1.1\r\n\r\n",
                b"GET / HTTP/1.1\r\n" + HOST + b"A: b\r\n c\r\n\r\n",
                b"GET / HTTP/1.1\r\n" + HOST + b"A : b\r\n\r\n",
                b"GET /\r\n",
                b"GET / HTTP/1.1\r\n\r\n",
                b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
                b"\x16\x03\x01\x02\x00\x01",
        ]:
            self.expect_refusal(server, data, 400)
        self.expect_refusal(server, b"BREW / HTTP/1.1\r\n" + HOST + b"\r\n", 501)
        self.expect_refusal(server, b"GET / HTTP/2.0\r\n" + HOST + b"\r\n", 505)

    def test_answers_what_came_before_a_wrong_request(self) -> None:
        rest = self.expect(self.exchange(self.serve(), GET + b"GET /\n\n" + GET), 200, b"Hello, Bond!")
        self.assertEqual((400, b""), (Answer(rest).status, Answer(rest).rest))

    def test_has_limits(self) -> None:
        server = self.serve("--body-max", "4")
        self.expect_refusal(server, b"GET /" + 17_000 * b"x", 414)
        self.expect_refusal(server, b"GET / HTTP/1.1\r\n" + HOST + b"A: " + 17_000 * b"x", 431)
        self.expect_refusal(server, b"GET / HTTP/1.1\r\n" + HOST + 501 * b"A: b\r\n", 431)
        self.expect_refusal(server, b"PUT / HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\n", 413)
        self.expect_refusal(server, b"PUT / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\n", 413)
        self.assertEqual(405, Answer(self.exchange(server, b"PUT / HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\n\r\nabcd")).status)

    def test_does_not_wait_for_ever(self) -> None:
        server = self.serve("--head-timeout", "50ms", "--request-timeout", "100ms")
        self.expect_refusal(server, b"GET / HTTP/1.1\r\n", 408)
        self.expect_refusal(server, b"PUT / HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\nx", 408)
        client = server.connect()  # no request is begun, so none is late
        client.send(GET)
        self.expect(client.receive_until(b"!"), 200, b"Hello, Bond!")

    def test_an_idle_connection_ends_without_a_word(self) -> None:
        self.assertEqual(b"", self.serve("--idle-timeout", "50ms").connect().receive_rest())

    def test_a_signal_lets_it_answer_what_has_arrived(self) -> None:
        server = self.serve()
        idle, busy = server.connect(), server.connect()
        busy.send(GET)
        self.expect(busy.receive_until(b"!"), 200, b"Hello, Bond!")
        busy.send(GET)
        busy.wait_until_arrived()
        server.send_signal(signal.SIGTERM)
        self.expect(busy.receive_rest(), 200, b"Hello, Bond!")
        self.assertEqual(b"", idle.receive_rest())
        server.close_clients()
        end = server.wait()
        self.assertEqual((0, ""), (end.code, end.stderr))

    def test_logs_connections_when_asked(self) -> None:
        server = self.variant.start("--log-connections")
        self.exchange(server, GET)
        server.close_clients()
        end = server.stop()
        self.assertRegex(end.stderr, r"\Ahello-http: 127\.0\.0\.1:\d+ accepted\nhello-http: 127\.0\.0\.1:\d+ closed: orderly\n\Z")

    def outside(self, name: str, *arguments: str) -> str:
        if not shutil.which(name):
            self.skipTest(f"{name} is not installed")
        return subprocess.run([name, *arguments], capture_output=True, text=True, timeout=SECONDS_MAX, check=True).stdout

    def test_curl_is_content(self) -> None:
        url = "http://%s:%d" % self.serve().address
        self.assertEqual("Hello, Bond!Hello, World!", self.outside("curl", "-sS", f"{url}/hello/Bond", url))
        self.assertRegex(self.outside("curl", "-sSI", url), r"\AHTTP/1.1 200 OK\n")
        self.assertEqual("405", self.outside("curl", "-sS", "-d", "x", "-o", "/dev/null", "-w", "%{http_code}", url))

    def test_wrk_is_content(self) -> None:
        said = self.outside("wrk", "-t1", "-c8", "-d1s", "http://%s:%d/" % self.serve().address)
        self.assertRegex(said, r"[1-9]\d* requests in")
        self.assertNotRegex(said, r"Non-2xx|Socket errors")

    def test_h2load_is_content(self) -> None:
        said = self.outside("h2load", "--h1", "-n1000", "-c4", "-m4", "http://%s:%d/" % self.serve().address)
        self.assertTrue(re.search(r"1000 succeeded, 0 failed, 0 errored", said), said)


if __name__ == "__main__":
    programs.main()
