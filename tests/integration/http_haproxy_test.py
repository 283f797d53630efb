"""haproxy between httpget and hello-http, or a server that does as told: what goes through it, and what it says by itself."""

import csv
import pathlib
import shutil
import tempfile
import unittest

import programs
from certificates import Authority
from httpget_case import HttpgetCase, built_with
from outside_server import Haproxy, connections_of, find, start_hello
from scripted_server import chunked, response

BODY = bytes(range(256)) * 4000


class InFront(HttpgetCase):
    def haproxy(self, inside: str, sockets: int = 1, folder: pathlib.Path | None = None) -> Haproxy:
        if folder is None:
            folder = pathlib.Path(tempfile.mkdtemp(prefix="halo-haproxy-"))
            self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        server = Haproxy(folder, inside, sockets)
        self.addCleanup(server.stop)
        return server


class HelloBehindIt(InFront):
    def setUp(self) -> None:
        super().setUp()
        self.hello = start_hello(self)

    def in_front(self, checks: str = "") -> Haproxy:
        return self.haproxy("frontend all\n  bind @0@\n  stats enable\n  stats uri /stats\n  default_backend hello\n"
                            f"backend hello\n  http-reuse always\n{checks}"
                            "  server hello %s:%d check inter 50ms fall 1 rise 1\n" % self.hello.address)

    def check_of(self, server: Haproxy) -> tuple[str, str]:
        """What haproxy thinks of hello-http: the verdict, and what its last check has found."""
        shown = self.httpget("-o", "-", server.url("/stats;csv")).stdout
        row = next(row for row in csv.DictReader(shown.removeprefix("# ").splitlines()) if row["svname"] == "hello")
        return row["status"], row["check_status"]

    def test_connections_to_it_are_kept(self) -> None:
        server = self.haproxy("listen all\n  bind @0@\n  http-reuse always\n  server hello %s:%d" % self.hello.address)
        end = self.httpget("-s", "-S", "--parallel", "4", *(server.url(f"/hello/{number}") for number in range(200)))
        self.expect_success(end, {f"{number}": b"Hello, %d!" % number for number in range(200)})
        self.assertLessEqual(connections_of(self.hello.stop()), 5)  # the first was asked whether haproxy has started

    def test_it_is_found_healthy_until_it_ends(self) -> None:
        server = self.in_front("  option httpchk\n  http-check send meth GET uri /healthz ver HTTP/1.1 hdr Host hello\n"
                               "  http-check expect string ok\n")
        programs.wait_until("it is found healthy", lambda: self.check_of(server) == ("UP", "L7OK"))
        self.expect_success(self.httpget("-O", server.url("/hello/Bond")), {"Bond": b"Hello, Bond!"})
        self.assertEqual(0, self.hello.stop().code)
        programs.wait_until("it is missed", lambda: self.check_of(server) == ("DOWN", "L4CON"))
        self.expect_failure(self.httpget("-f", "-O", server.url("/hello/x")), 22, "503 Service Unavailable",
                            {"Bond": b"Hello, Bond!"})
        end = self.httpget("-s", "-S", "-o", "page", server.url("/hello/x"))
        self.assertEqual((0, ""), (end.code, end.stderr))
        self.assertIn(b"No server is available", (self.folder / "page").read_bytes())

    def test_a_check_by_head_and_http_1_0(self) -> None:
        server = self.in_front("  option httpchk HEAD /healthz HTTP/1.0\n")
        programs.wait_until("it is found healthy", lambda: self.check_of(server) == ("UP", "L7OK"))

    def test_a_check_that_is_answered_otherwise(self) -> None:
        server = self.in_front("  option httpchk GET /none\n")
        programs.wait_until("it is found ill", lambda: self.check_of(server) == ("DOWN", "L7STS"))


class AnyServerBehindIt(InFront):
    def test_bodies_of_each_framing(self) -> None:
        def until_close(peer, _request) -> None:
            peer.send(response(BODY, length=False))
            peer.wait_for_reading()

        behind = self.serve({"/length": response(BODY), "/chunked": chunked(BODY[:5], BODY[5:]), "/close": until_close})
        server = self.haproxy(f"listen all\n  bind @0@\n  server it 127.0.0.1:{behind.port}")
        for path in ("/length", "/chunked", "/close"):
            with self.subTest(path=path):
                self.expect_success(self.httpget("-o", "f", server.url(path)), {"f": BODY})

    def test_a_body_that_is_cut_behind_it(self) -> None:
        def cut(data: bytes):
            def answer(peer, _request) -> None:
                peer.send(data)
                peer.wait_for_reading()
                raise OSError("cut")

            return answer

        behind = self.serve({"/length": cut(response(BODY)[:-1]), "/chunked": cut(chunked(BODY, last=b"0\r\n"))})
        server = self.haproxy(f"listen all\n  bind @0@\n  server it 127.0.0.1:{behind.port}")
        for path in ("/length", "/chunked"):
            with self.subTest(path=path):
                end = self.httpget("-o", "f", server.url(path))
                self.expect_failure(end, end.code, "Fix: ")
                self.assertIn(end.code, (18, 56))  # it ends, or resets, what it cannot complete

    @unittest.skipUnless(built_with("gzip"), "built without zlib")
    def test_its_compression(self) -> None:
        behind = self.serve({"/": response(BODY, "Content-Type: text/plain")})
        server = self.haproxy("listen all\n  bind @0@\n  compression algo gzip\n  compression type text/plain\n"
                              f"  server it 127.0.0.1:{behind.port}")
        end = self.httpget("-s", "-S", "--json", "--compressed", "-O", server.url())
        self.expect_success(end, {"index.html": BODY})
        self.assertEqual((["gzip"], ["chunked"]), tuple(self.json_of(end)[0]["headers"][name]
                                                        for name in ("content-encoding", "transfer-encoding")))

    def test_what_it_says_by_itself(self) -> None:
        server = self.haproxy("listen all\n  bind @0@\n"
                              "  http-request return status 200 content-type text/plain string hi if { path /return }\n"
                              "  http-request redirect location /return code 307 if { path /redirect }\n"
                              "  http-request deny if { path /deny }\n"
                              "  http-request reject if { path /reject }\n")
        for path in ("/return", "/redirect"):
            self.expect_success(self.httpget("-o", "f", server.url(path)), {"f": b"hi"})
        (self.folder / "f").unlink()
        self.expect_failure(self.httpget("-f", server.url("/deny")), 22, "403 Forbidden")
        self.expect_failure(self.httpget("-f", server.url("/nobody")), 22, "503 Service Unavailable")
        self.expect_failure(self.httpget(server.url("/reject")), 52, "Fix: ")

    def test_from_http_to_https(self) -> None:
        if not shutil.which("openssl") or "no TLS" in programs.run("httpget", "--version").stdout:
            self.skipTest("no openssl to make certificates with, or built without TLS")
        folder = pathlib.Path(tempfile.mkdtemp(prefix="halo-haproxy-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        authority = Authority(folder)
        authority.server("IP:127.0.0.1")
        pair = [(folder / f"authority-server.{kind}").read_bytes() for kind in ("pem", "key")]
        (folder / "server.pem").write_bytes(b"".join(pair))
        server = self.haproxy("frontend plain\n  bind @0@\n"
                              "  http-request redirect location https://127.0.0.1:#1#%[path] code 301\n"
                              "frontend secure\n  bind @1@ ssl crt server.pem alpn h2,http/1.1\n"
                              "  http-request return status 200 content-type text/plain string safe\n", 2, folder)
        end = self.httpget("-s", "-S", "-O", "--cacert", str(authority.certificate), server.url("/x"))
        self.expect_success(end, {"x": b"safe"})
        self.expect_failure(self.httpget("-s", "-S", server.url("/y")), 60, "Fix: ", {"x": b"safe"})


if __name__ == "__main__":
    find("haproxy")
    programs.main()
