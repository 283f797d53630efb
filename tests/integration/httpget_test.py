"""httpget against a server that keeps to the rules: what is sent, what is printed, what is saved."""

import base64
import gzip
import http.server
import re
import threading
import unittest
import zlib

import programs
from httpget_case import HttpgetCase, built_with, environment
from scripted_server import chunked, redirect, response

PAGE = b"<html>\r\n\r\n\0\xff</html>\n"  # with what a careless cut at the empty line would spoil
LARGE = bytes(range(256)) * 20_000


class Saving(HttpgetCase):
    def test_the_tutorials_job(self) -> None:
        """Get the home page, part head from body, print the head, save the body."""
        server = self.serve({"/": response(PAGE, "Content-Type: text/html")})
        end = self.httpget(server.url())
        self.expect_success(end, {"index.html": PAGE})
        self.assertEqual(f"HTTP/1.1 200 OK\nContent-Length: {len(PAGE)}\nContent-Type: text/html\n\n", end.stdout)

    def test_the_request_is_what_a_server_expects(self) -> None:
        server = self.serve({"/x": response()})
        self.httpget(server.url("/x?a=%20b#part"))
        (request,) = server.wait_for_requests(1)
        self.assertEqual(("GET", "/x?a=%20b", "HTTP/1.1"), (request.method, request.target, request.version))
        self.assertEqual(f"127.0.0.1:{server.port}", request.get("Host"))
        self.assertRegex(request.get("User-Agent"), r"\Ahttpget/\d+\.\d+\.\d+\Z")
        self.assertEqual("*/*", request.get("Accept"))
        self.assertIsNone(request.get("Accept-Encoding"))

    def test_names_come_from_urls(self) -> None:
        names = {"/": "index.html", "/a/b.txt": "b.txt", "/a/": "index.html", "/b.txt?x=/y": "b.txt", "/a%20b": "a b",
                 "/..%2f..%2fetc%2fpasswd": "_._.._etc_passwd", "/.bashrc": "_bashrc", "/-rf": "_rf"}
        server = self.serve(lambda peer: peer.read_request() and peer.send(response(PAGE)))
        for path, name in names.items():
            with self.subTest(path=path):
                self.assertEqual(0, self.httpget("-O", server.url(path)).code)
                (saved,) = self.folder.iterdir()
                self.assertEqual((name, PAGE), (saved.name, saved.read_bytes()))
                saved.unlink()

    def test_outputs_are_for_urls_in_their_order(self) -> None:
        server = self.serve({"/1": response(b"one"), "/2": response(b"two"), "/3": response(b"three")})
        end = self.httpget("-o", "a", "-s", server.url("/1"), "-o", "b", server.url("/2"), server.url("/3"))
        self.expect_success(end, {"a": b"one", "b": b"two", "3": b"three"})
        self.assertEqual("", end.stdout)
        self.assertEqual(1, server.connections)  # which was kept

    def test_a_dash_is_standard_output(self) -> None:
        server = self.serve({"/": response(b"body\n")})
        end = self.httpget("-o", "-", server.url())
        self.expect_success(end, {})
        self.assertEqual("body\n", end.stdout)

    def test_include_puts_the_head_in_front(self) -> None:
        server = self.serve({"/": response(b"body\n", "A: b")})
        end = self.httpget("-i", server.url())
        self.expect_success(end, {})
        self.assertEqual("HTTP/1.1 200 OK\nContent-Length: 5\nA: b\n\nbody\n", end.stdout.replace("\r\n", "\n"))
        self.expect_success(self.httpget("-i", "-o", "f", server.url()),
                            {"f": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nA: b\r\n\r\nbody\n"})

    def test_head_saves_nothing(self) -> None:
        server = self.serve({"/x": response(b"", "Content-Length: 1000", length=False)})
        end = self.httpget("-I", server.url("/x"))
        self.expect_success(end, {})
        self.assertEqual("HTTP/1.1 200 OK\nContent-Length: 1000\n\n", end.stdout)
        self.assertEqual("HEAD", server.wait_for_requests(1)[0].method)
        self.expect_success(self.httpget("-I", "-o", "f", server.url("/x")),
                            {"f": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"})

    def test_an_empty_body_is_an_empty_file(self) -> None:
        server = self.serve({"/": response(), "/204": response(status="204 No Content", length=False),
                             "/304": response(b"", "Content-Length: 7", status="304 Not Modified", length=False)})
        for path in ("/", "/204", "/304"):
            with self.subTest(path=path):
                self.expect_success(self.httpget("-o", "f", server.url(path)), {"f": b""})

    def test_every_framing_gives_the_whole_body(self) -> None:
        def until_close(peer, _request) -> None:
            peer.send(response(LARGE, length=False))
            peer.wait_for_reading()

        trickled = response(b"x" * 100)
        server = self.serve({"/length": response(LARGE), "/close": until_close,
                             "/chunked": chunked(*(LARGE[at:at + 9999] for at in range(0, len(LARGE), 9999))),
                             "/trickled": lambda peer, _: peer.send_byte_by_byte(trickled),
                             "/interim": b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + response(LARGE)})
        for path, body in {"/length": LARGE, "/chunked": LARGE, "/trickled": b"x" * 100, "/interim": LARGE,
                           "/close": LARGE}.items():
            with self.subTest(path=path):
                self.expect_success(self.httpget("-o", "f", server.url(path)), {"f": body})

    def test_an_existing_file_is_replaced_by_a_whole_one(self) -> None:
        server = self.serve({"/": response(PAGE)})
        (self.folder / "index.html").write_bytes(b"old, and longer than the new one" * 10)
        self.expect_success(self.httpget("-O", server.url()), {"index.html": PAGE})

    def test_two_bodies_for_one_file_are_refused(self) -> None:
        server = self.serve({"/": response(PAGE)})
        self.expect_failure(self.httpget(server.url("/a/"), server.url("/b/")), 2, r"both be saved as 'index\.html'\. Fix: ")
        self.assertEqual([], server.requests)

    def test_parallel_fetches_at_the_same_time(self) -> None:
        """No answer comes before all requests have."""
        def answer(peer) -> None:
            request = peer.read_request()
            peer.server.wait_for_requests(4)
            peer.send(response(request.target.encode()))

        server = self.serve(answer)
        end = self.httpget("-s", "--parallel", "4", *(server.url(f"/{i}") for i in range(4)))
        self.expect_success(end, {f"{i}": f"/{i}".encode() for i in range(4)})

    def test_parallel_is_a_limit(self) -> None:
        most = [0]
        under_way = [0]
        lock = threading.Lock()

        def answer(peer) -> None:
            while request := peer.read_request():
                with lock:
                    under_way[0] += 1
                    most[0] = max(most[0], under_way[0])
                body = request.target.encode() * 1000
                peer.send(response(b"", f"Content-Length: {len(body)}", length=False), body)
                with lock:
                    under_way[0] -= 1

        server = self.serve(answer)
        end = self.httpget("-s", "--parallel", "3", *(server.url(f"/{i}") for i in range(30)))
        self.expect_success(end, {f"{i}": f"/{i}".encode() * 1000 for i in range(30)})
        self.assertLessEqual(most[0], 3)
        self.assertLessEqual(server.connections, 3)

    def test_the_first_failure_sets_the_code_and_the_others_are_fetched(self) -> None:
        def cut(peer, _request) -> None:
            peer.send(response(b"", "Content-Length: 9", length=False) + b"b")
            peer.wait_for_reading()

        server = self.serve({"/a": response(b"a"), "/b": cut, "/c": response(b"no", status="404 Not Found"), "/d": response(b"d")})
        end = self.httpget("-s", "-S", "-f", *(server.url(f"/{name}") for name in "abcd"))
        self.assertEqual(18, end.code, end)
        self.assertEqual(2, end.stderr.count("\n"), end.stderr)
        self.assertEqual({"a": b"a", "d": b"d"}, self.files())


class Sending(HttpgetCase):
    def sent(self, *arguments: str, stdin: bytes = b"", path: str = "/") -> object:
        server = self.serve(lambda peer: peer.read_request() and peer.send(response()))
        end = self.httpget("-s", "-o", "f", *arguments, server.url(path), stdin=stdin)
        self.assertEqual((0, ""), (end.code, end.stderr))
        return server.wait_for_requests(1)[0]

    def test_data_is_a_form(self) -> None:
        (self.folder / "form").write_bytes(b"c=3\r\n&d=4\n")
        request = self.sent("-d", "a=1", "-d", "b=2", "-d", "@form")
        self.assertEqual(("POST", b"a=1&b=2&c=3&d=4"), (request.method, request.body))
        self.assertEqual("application/x-www-form-urlencoded", request.get("Content-Type"))
        self.assertEqual("15", request.get("Content-Length"))

    def test_data_comes_from_standard_input(self) -> None:
        self.assertEqual(b"x" * 3_000_000, self.sent("-d", "@-", stdin=b"x" * 3_000_000).body)

    def test_method_and_fields_are_the_users(self) -> None:
        request = self.sent("-X", "PUT", "-d", "{}", "-H", "Content-Type: application/json", "-H", "X-Empty;", "-H", "Accept:",
                            "-H", "Host: other.example", "-A", "me")
        self.assertEqual(("PUT", b"{}"), (request.method, request.body))
        self.assertEqual(["application/json"], [value for name, value in request.fields if name.lower() == "content-type"])
        self.assertEqual("", request.get("X-Empty"))
        self.assertIsNone(request.get("Accept"))
        self.assertEqual("other.example", request.get("Host"))
        self.assertEqual("me", request.get("User-Agent"))

    def test_an_empty_user_agent_is_not_sent(self) -> None:
        self.assertIsNone(self.sent("-A", "").get("User-Agent"))

    def test_the_user_is_authenticated(self) -> None:
        expected = "Basic " + base64.b64encode(b"user:pass:word").decode()
        self.assertEqual(expected, self.sent("-u", "user:pass:word").get("Authorization"))

    def test_the_user_of_the_url_is_authenticated(self) -> None:
        server = self.serve(lambda peer: peer.read_request() and peer.send(response()))
        self.httpget("-O", f"http://user:p%40ss@127.0.0.1:{server.port}/f")
        expected = "Basic " + base64.b64encode(b"user:p@ss").decode()
        self.assertEqual(expected, server.wait_for_requests(1)[0].get("Authorization"))

    def test_framing_of_the_users_own_is_refused(self) -> None:
        server = self.serve({"/": response()})
        for field in ("Content-Length: 5", "Transfer-Encoding: chunked"):
            self.expect_failure(self.httpget("-H", field, server.url()), 2, "Fix: ")
        self.assertEqual([], server.requests)

    def test_resolve_finds_a_host(self) -> None:
        server = self.serve({"/": response(PAGE)})
        end = self.httpget("-O", "--resolve", f"no.such.host.invalid:{server.port}:127.0.0.1",
                           f"http://no.such.host.invalid:{server.port}/")
        self.expect_success(end, {"index.html": PAGE})
        self.assertEqual(f"no.such.host.invalid:{server.port}", server.requests[0].get("Host"))

    def test_a_proxy_is_asked_for_the_whole_url(self) -> None:
        server = self.serve(lambda peer: peer.read_request() and peer.send(response(PAGE)))
        ways = {"option": (["-x", f"127.0.0.1:{server.port}"], environment()),
                "environment": ([], environment(http_proxy=server.url()))}
        for way, (arguments, env) in ways.items():
            with self.subTest(way=way):
                self.expect_success(self.httpget("-O", *arguments, "http://far.example/x", env=env), {"x": PAGE})
                self.assertEqual("http://far.example/x", server.requests[-1].target)
                self.assertEqual("far.example", server.requests[-1].get("Host"))
        count = len(server.requests)
        end = self.httpget("-O", server.url("/x"), env=environment(http_proxy="http://127.0.0.1:1", no_proxy="127.0.0.1"))
        self.expect_success(end, {"x": PAGE})
        end = self.httpget("-O", "-x", "", server.url("/x"), env=environment(http_proxy="http://127.0.0.1:1"))
        self.expect_success(end, {"x": PAGE})
        self.assertEqual(["/x", "/x"], [request.target for request in server.requests[count:]])

    def test_families_are_a_choice(self) -> None:
        server = self.serve({"/": response(PAGE)})
        url = f"http://localhost:{server.port}/"
        self.expect_success(self.httpget("-4", "-O", url), {"index.html": PAGE})
        (self.folder / "index.html").unlink()
        end = self.httpget("-6", url)  # nobody listens there, or there is no such address
        self.assertIn(end.code, (6, 7), end)
        self.assertEqual({}, self.files())


@unittest.skipUnless(built_with("gzip"), "built without zlib")
class Decoding(HttpgetCase):
    def test_compressed_bodies_are_saved_as_they_were(self) -> None:
        server = self.serve({"/gzip": response(gzip.compress(LARGE), "Content-Encoding: gzip"),
                             "/deflate": response(zlib.compress(LARGE), "Content-Encoding: deflate"),
                             "/plain": response(LARGE)})
        for path in ("/gzip", "/deflate", "/plain"):
            with self.subTest(path=path):
                self.expect_success(self.httpget("--compressed", "-o", "f", server.url(path)), {"f": LARGE})
        self.assertIn("gzip", server.requests[0].get("Accept-Encoding"))

    def test_what_was_not_asked_for_is_saved_as_it_is(self) -> None:
        server = self.serve({"/": response(gzip.compress(PAGE, mtime=0), "Content-Encoding: gzip")})
        self.expect_success(self.httpget("-o", "f", server.url()), {"f": gzip.compress(PAGE, mtime=0)})

    def test_broken_compression_saves_nothing(self) -> None:
        server = self.serve({"/cut": response(gzip.compress(LARGE)[:-9], "Content-Encoding: gzip"),
                             "/bad": response(b"no gzip at all", "Content-Encoding: gzip"),
                             "/unknown": response(PAGE, "Content-Encoding: sauerkraut")})
        for path, code in (("/cut", 18), ("/bad", 61), ("/unknown", 61)):
            with self.subTest(path=path):
                self.expect_failure(self.httpget("--compressed", "-O", server.url(path)), code, "Fix: ")

    def test_a_bomb_is_defused(self) -> None:
        server = self.serve({"/": response(gzip.compress(b"\0" * 300_000_000), "Content-Encoding: gzip")})
        self.expect_failure(self.httpget("--compressed", "-o", "f", server.url()), 63, "")


class Telling(HttpgetCase):
    def test_json_tells_what_came_of_each_url(self) -> None:
        server = self.serve({"/old": redirect("/new"), "/new": response(PAGE, "X-A: 1", "x-a: 2"),
                             "/none": response(b"no", status="404 Not Found")})
        end = self.httpget("--json", "-f", server.url("/old"), server.url("/none"))
        self.assertEqual(22, end.code)
        good, bad = self.json_of(end)
        self.assertEqual({"url": server.url("/old"), "final_url": server.url("/new"), "status": 200, "file": "old",
                          "bytes": len(PAGE), "method": "GET", "version": "HTTP/1.1", "error": None, "attempts": 1},
                         {key: good[key] for key in ("url", "final_url", "status", "file", "bytes", "method", "version", "error",
                                                     "attempts")})
        self.assertEqual(["1", "2"], good["headers"]["x-a"])
        self.assertEqual([{"status": 302, "to": server.url("/new")}], good["redirects"])
        self.assertGreaterEqual(good["seconds"]["total"], good["seconds"]["first_byte"])
        self.assertEqual((404, None, 22, "http-error"), (bad["status"], bad["file"], bad["error"]["code"], bad["error"]["kind"]))
        self.assertEqual({"old": PAGE}, self.files())

    def test_a_urls_password_is_told_nobody(self) -> None:
        server = self.serve(lambda peer: peer.read_request() and peer.send(response(PAGE)))
        hop = self.serve(lambda peer: peer.read_request() and peer.send(redirect(f"http://me:secret@127.0.0.1:{server.port}/b")))
        for start, end_url in ((hop, server.url("/b")), (server, server.url("/a"))):
            with self.subTest(redirected=start is hop):
                end = self.httpget("--json", "-v", f"http://me:secret@127.0.0.1:{start.port}/a")
                (line,) = self.json_of(end)
                self.assertEqual((0, start.url("/a"), end_url), (end.code, line["url"], line["final_url"]))
                told = end.stdout + "".join(text for text in end.stderr.splitlines(True) if not text.startswith("< Location"))
                self.assertNotIn("secret", told)

    def test_fail_begins_at_400(self) -> None:
        server = self.serve({"/399": response(PAGE, status="399 Odd"), "/400": response(PAGE, status="400 Bad Request")})
        self.expect_failure(self.httpget("-f", "-O", server.url("/400")), 22, "400 Bad Request")
        self.expect_success(self.httpget("-f", "-O", server.url("/399")), {"399": PAGE})

    def test_json_has_a_line_for_what_never_connected(self) -> None:
        end = self.httpget("--json", "-s", "http://no.such.host.invalid/")
        (line,) = self.json_of(end)
        self.assertEqual((6, "", None, "resolve-host"), (end.code, end.stderr, line["status"], line["error"]["kind"]))

    def test_verbose_shows_both_sides_and_no_secrets(self) -> None:
        server = self.serve({"/": response(PAGE, "X-Bad: a\x80b")})
        end = self.httpget("-v", "-O", "-u", "user:secret", server.url())
        self.assertEqual(0, end.code)
        for line in (r"\* [^\n]*127\.0\.0\.1[^\n]*", r"> GET / HTTP/1\.1", rf"> Host: 127\.0\.0\.1:{server.port}",
                     r"> Authorization: Basic \*\*\*", r"< HTTP/1\.1 200 OK", rf"< Content-Length: {len(PAGE)}"):
            self.assertRegex(end.stderr, rf"(?m)^{line}$")
        self.assertNotIn(base64.b64encode(b"user:secret").decode(), end.stderr)

    def test_silence_is_silent(self) -> None:
        server = self.serve({"/": response(PAGE)})
        end = self.httpget("-s", server.url())
        self.assertEqual((0, "", ""), (end.code, end.stdout, end.stderr))
        end = self.httpget("-s", "http://no.such.host.invalid/")
        self.assertEqual((6, "", ""), (end.code, end.stdout, end.stderr))
        self.assertNotEqual("", self.httpget("-s", "-S", "http://no.such.host.invalid/").stderr)

    def test_version_names_what_is_inside(self) -> None:
        end = self.httpget("--version")
        self.assertEqual((0, ""), (end.code, end.stderr))
        self.assertRegex(end.stdout, r"\Ahttpget \d+\.\d+\.\d+ ")
        self.assertRegex(end.stdout, r"llhttp/\d+\.\d+\.\d+, (OpenSSL [^,]+|no TLS), (no decompression|\w+(, \w+)*)\n\Z")


class OtherServers(HttpgetCase):
    def test_pythons(self) -> None:
        (self.folder / "served").mkdir()
        (self.folder / "served/page.bin").write_bytes(LARGE)
        (self.folder / "served/index.html").write_bytes(PAGE)
        served = str(self.folder / "served")

        class Handler(http.server.SimpleHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def __init__(self, *arguments) -> None:
                super().__init__(*arguments, directory=served)

            def log_message(self, *_arguments) -> None:
                pass

        for version in ("HTTP/1.0", "HTTP/1.1"):
            with self.subTest(version=version), http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
                Handler.protocol_version = version
                thread = threading.Thread(target=server.serve_forever)
                thread.start()
                url = f"http://127.0.0.1:{server.server_address[1]}/"
                end = self.httpget(url, url + "page.bin")
                server.shutdown()
                thread.join()
                self.assertEqual((0, ""), (end.code, end.stderr))
                self.assertEqual((PAGE, LARGE), ((self.folder / "index.html").read_bytes(),
                                                 (self.folder / "page.bin").read_bytes()))
                self.assertEqual(2, len(re.findall(rf"(?m)^{version} 200 OK$", end.stdout)))


if __name__ == "__main__":
    programs.main()
