"""nginx: httpget fetches from it, and it fetches from hello-http."""

import hashlib
import os
import pathlib
import random
import shutil
import signal
import tempfile
import unittest

import programs
from certificates import Authority
from clients import SECONDS_MAX, same
from httpget_case import HttpgetCase, built_with
from outside_server import Nginx, connections_of, find, start_hello

TEXT = b"".join(b"%d bottles\r\n\r\n" % number for number in range(20_000))
LARGE_BYTES = 64 * 1024 * 1024
SITE = """
  types { text/plain txt; text/html html; }
  map $http_range $rate { "" 256k; default 0; }
  server {
    listen @0@;
    root served;
    keepalive_requests 1000;
    location /gzip/ { alias served/; gzip on; gzip_types text/plain; gzip_min_length 1; }
    location /chunked/ { alias served/; ssi on; ssi_types text/plain; }
    location /slow/ { alias served/; limit_rate $rate; }
    location /short/ { alias served/; keepalive_requests 3; }
    location = /old { return 301 /older?x=1; }
    location = /older { return 302 /text.txt; }
    location = /busy { add_header Retry-After 0 always; return 503; }
    location = /gone { return 444; }
  }
"""


class Site(HttpgetCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.place = pathlib.Path(tempfile.mkdtemp(prefix="halo-nginx-"))
        cls.addClassCleanup(shutil.rmtree, cls.place, ignore_errors=True)
        (cls.place / "served/folder").mkdir(parents=True)
        (cls.place / "served/text.txt").write_bytes(TEXT)
        (cls.place / "served/folder/index.html").write_bytes(b"<html/>\n")
        for number in range(40):
            (cls.place / f"served/{number}").write_bytes(b"%d\n" % number * 1000)
        cls.nginx = Nginx(cls.place, SITE)
        cls.addClassCleanup(cls.nginx.stop)

    def count(self, path: str) -> int:
        return len(self.nginx.served(path))

    def test_a_file(self) -> None:
        end = self.httpget(self.nginx.url("/text.txt"))
        self.expect_success(end, {"text.txt": TEXT})
        self.assertRegex(end.stdout, rf"\AHTTP/1\.1 200 OK\nServer: nginx\S*\n(?:[^\n]+\n)*Content-Length: {len(TEXT)}\n")

    def test_a_large_file(self) -> None:
        block = random.Random(5).randbytes(1024 * 1024)
        with open(self.place / "served/large", "wb") as large:
            for number in range(LARGE_BYTES // len(block)):
                large.write(block[number:] + block[:number])
        self.addCleanup(os.unlink, self.place / "served/large")
        end = self.httpget("-s", "-S", "-O", self.nginx.url("/large"))
        self.assertEqual((0, ""), (end.code, end.stderr))
        self.assertEqual(LARGE_BYTES, (self.folder / "large").stat().st_size)
        self.assertEqual(*(self.checksum(path) for path in (self.place / "served/large", self.folder / "large")))

    def checksum(self, path: pathlib.Path) -> str:
        sum_of = hashlib.sha256()
        with open(path, "rb") as file:
            while data := file.read(1 << 20):
                sum_of.update(data)
        return sum_of.hexdigest()

    def test_chunks(self) -> None:
        end = self.httpget("-s", "-S", "--json", "-O", self.nginx.url("/chunked/text.txt"))
        self.expect_success(end, {"text.txt": TEXT})
        self.assertEqual(["chunked"], self.json_of(end)[0]["headers"]["transfer-encoding"])

    @unittest.skipUnless(built_with("gzip"), "built without zlib")
    def test_gzip(self) -> None:
        end = self.httpget("-s", "-S", "--json", "--compressed", "-O", self.nginx.url("/gzip/text.txt"))
        self.expect_success(end, {"text.txt": TEXT})
        self.assertEqual(["gzip"], self.json_of(end)[0]["headers"]["content-encoding"])
        end = self.httpget("-s", "-S", "--json", "-O", self.nginx.url("/gzip/text.txt"))
        self.expect_success(end, {"text.txt": TEXT})
        self.assertNotIn("content-encoding", self.json_of(end)[0]["headers"])

    def test_head(self) -> None:
        end = self.httpget("-I", self.nginx.url("/text.txt"), self.nginx.url("/none"))
        self.expect_success(end, {})
        self.assertRegex(end.stdout, rf"(?s)\AHTTP/1\.1 200 OK\n.*Content-Length: {len(TEXT)}\n.*\n\nHTTP/1\.1 404 Not Found\n")

    def test_redirects(self) -> None:
        end = self.httpget("-s", "-S", "--json", "-O", self.nginx.url("/old"))
        self.expect_success(end, {"old": TEXT})
        (told,) = self.json_of(end)
        self.assertEqual([301, 302], [step["status"] for step in told["redirects"]])
        self.assertEqual(self.nginx.url("/text.txt"), told["final_url"])
        end = self.httpget("-s", "-S", "-o", "page", self.nginx.url("/folder"))
        self.expect_success(end, {"old": TEXT, "page": b"<html/>\n"})

    def test_a_connection_is_kept(self) -> None:
        urls = [self.nginx.url(f"/{number}?kept") for number in range(40)]
        end = self.httpget("-s", "-S", *urls)
        self.expect_success(end, {f"{number}": b"%d\n" % number * 1000 for number in range(40)})
        served = self.nginx.served("?kept")
        self.assertEqual((40, 1), (len(served), len({connection for connection, _ in served})))

    def test_a_server_that_ends_connections_early(self) -> None:
        """Its third answer says close."""
        end = self.httpget("-s", "-S", *(self.nginx.url(f"/short/{number}?short") for number in range(40)))
        self.expect_success(end, {f"{number}": b"%d\n" % number * 1000 for number in range(40)})
        served = self.nginx.served("?short")
        self.assertEqual((40, 14), (len(served), len({connection for connection, _ in served})))

    def test_many_at_a_time(self) -> None:
        urls = [self.nginx.url(f"/{number}?many") for number in range(40)]
        end = self.httpget("-s", "-S", "--parallel", "8", *urls)
        self.expect_success(end, {f"{number}": b"%d\n" % number * 1000 for number in range(40)})
        self.assertLessEqual(len({connection for connection, _ in self.nginx.served("?many")}), 8)

    def test_an_error_page(self) -> None:
        (self.folder / "f").write_bytes(b"old")
        self.expect_failure(self.httpget("-f", "-o", "f", self.nginx.url("/none")), 22, "404 Not Found.*Fix: ", {"f": b"old"})
        end = self.httpget("-o", "f", self.nginx.url("/none"))
        self.assertEqual((0, ""), (end.code, end.stderr))
        self.assertIn(b"404 Not Found", (self.folder / "f").read_bytes())

    def test_a_method_that_is_not_allowed(self) -> None:
        self.expect_failure(self.httpget("-f", "-d", "x" * 100_000, self.nginx.url("/text.txt")), 22, "405 Not Allowed")

    def test_a_server_that_is_busy(self) -> None:
        self.expect_failure(self.httpget("-f", "--retry", "2", self.nginx.url("/busy")), 22, "503")
        self.assertEqual(3, self.count("/busy"))

    def test_no_answer(self) -> None:
        self.expect_failure(self.httpget(self.nginx.url("/gone")), 52, "Fix: ")

    # ---- going on with a part ----

    def part(self) -> bytes:
        """What a download that was interrupted leaves."""
        shutil.copy(self.place / "served/text.txt", self.place / "served/part.txt")
        process = self.start("-C", "-O", self.nginx.url("/slow/part.txt"))
        programs.wait_until("a part is there", lambda: len(self.files().get("part.txt.part", b"")) > 0)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(128 + signal.SIGTERM, process.wait(SECONDS_MAX))
        files = self.files()
        self.assertEqual({"part.txt.part", "part.txt.part.json"}, files.keys())
        part = files["part.txt.part"]
        self.assertEqual(TEXT[:len(part)], part)
        self.assertLess(len(part), len(TEXT))
        return part

    def go_on(self, expected: bytes) -> dict:
        end = self.httpget("-s", "-S", "--json", "-C", self.nginx.url("/slow/part.txt"))
        self.assertEqual((0, "", {"part.txt"}), (end.code, end.stderr, self.files().keys()))
        same(expected, self.files()["part.txt"])
        return self.json_of(end)[0]

    def test_a_part_is_gone_on_with(self) -> None:
        part = self.part()
        told = self.go_on(TEXT)
        self.assertEqual((206, len(part)), (told["status"], told["resumed_bytes"]))

    def test_a_part_of_what_has_changed_since_is_not(self) -> None:
        self.part()
        (self.place / "served/part.txt").write_bytes(TEXT[::-1])
        os.utime(self.place / "served/part.txt", (1, 1))  # an ETag of nginx knows the size and the second
        self.assertEqual(200, self.go_on(TEXT[::-1])["status"])

    def test_a_part_that_is_all(self) -> None:
        self.part()
        (self.folder / "part.txt.part").write_bytes(TEXT)
        self.assertEqual(416, self.go_on(TEXT)["status"])


class Https(HttpgetCase):
    def setUp(self) -> None:
        super().setUp()
        if not shutil.which("openssl") or "no TLS" in programs.run("httpget", "--version").stdout:
            self.skipTest("no openssl to make certificates with, or built without TLS")
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="halo-nginx-"))
        self.addCleanup(shutil.rmtree, self.place, ignore_errors=True)
        self.authority = Authority(self.place)
        self.authority.server("IP:127.0.0.1")
        (self.place / "served").mkdir()
        (self.place / "served/text.txt").write_bytes(TEXT)

    def nginx(self, *lines: str) -> Nginx:
        server = Nginx(self.place, "server { listen @0@ ssl; root served; ssl_certificate authority-server.pem;"
                                   f"ssl_certificate_key authority-server.key; {' '.join(lines)} }}")
        self.addCleanup(server.stop)
        return server

    def test_each_version_of_tls(self) -> None:
        for version in ("TLSv1.2", "TLSv1.3"):
            with self.subTest(version=version):
                server = self.nginx(f"ssl_protocols {version};")
                end = self.httpget("-s", "-S", "--cacert", str(self.authority.certificate), "-o", "a", "-o", "b",
                                   *(server.url(f"/text.txt?{version}", "https") for _ in range(2)))
                self.expect_success(end, {"a": TEXT, "b": TEXT})
                self.assertEqual(1, len({connection for connection, _ in server.served(version)}))
                self.expect_failure(self.httpget("-o", "c", server.url("/text.txt", "https")), 60, "Fix: ", self.files())
                server.stop()

    def test_tls_that_is_too_old(self) -> None:
        server = self.nginx("ssl_protocols TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0;")
        self.expect_failure(self.httpget("--cacert", str(self.authority.certificate), server.url("/text.txt", "https")), 35, "Fix: ")

    def test_http_to_its_port(self) -> None:
        server = self.nginx()
        self.expect_failure(self.httpget("-f", server.url("/text.txt", "http")), 22, "400 Bad Request")


class HelloBehindIt(HttpgetCase):
    def setUp(self) -> None:
        super().setUp()
        self.hello = start_hello(self)
        place = pathlib.Path(tempfile.mkdtemp(prefix="halo-nginx-"))
        self.addCleanup(shutil.rmtree, place, ignore_errors=True)
        self.nginx = Nginx(place, "upstream hello { server %s:%d; keepalive 8; }\n" % self.hello.address +
                           "server { listen @0@; location / { proxy_pass http://hello; proxy_http_version 1.1;"
                           "  proxy_set_header Connection ''; } }")
        self.addCleanup(self.nginx.stop)

    def test_connections_to_it_are_kept(self) -> None:
        end = self.httpget("-s", "-S", "--parallel", "4", *(self.nginx.url(f"/hello/{number}") for number in range(200)))
        self.expect_success(end, {f"{number}": b"Hello, %d!" % number for number in range(200)})
        self.assertLessEqual(connections_of(self.hello.stop()), 5)  # the first was asked whether nginx has started

    def test_all_that_it_answers_gets_through(self) -> None:
        for arguments, path, status, body in (((), "/hello/B%C3%A4r", 200, "Hello, Bär!"), ((), "/none", 404, None),
                                              (("-d", "x" * 100_000), "/", 405, None), (("-I",), "/", 200, "")):
            with self.subTest(path=path, arguments=arguments[:1]):
                end = self.httpget("-s", "-S", "--json", "-o", "f", *arguments, self.nginx.url(path))
                self.assertEqual((0, status), (end.code, self.json_of(end)[0]["status"]), end)
                if body:
                    self.assertEqual(body, (self.folder / "f").read_text("utf-8"))
        self.assertEqual(1, connections_of(self.hello.stop()))


if __name__ == "__main__":
    find("nginx")
    programs.main()
