"""httpget against servers that fail: a broken download is never passed off as a whole one, and nothing is left of it."""

import contextlib
import ctypes
import os
import re
import resource
import signal
import socket
import subprocess
import threading

import programs
from clients import SECONDS_MAX
from httpget_case import HTTPGET, HttpgetCase, built_with, environment
from scripted_server import chunked, response

BODY = b"0123456789" * 1000
CLONE_NEWNS, MS_PRIVATE_REC = 0x00020000, 0x4000 | 0x40000
OLD = {"f": b"an older file"}


class Truncation(HttpgetCase):
    def expect_kept(self, script, code: int, *arguments: str) -> None:
        """The download fails with `code`, with and without an older file, which stays."""
        server = self.serve(script)
        self.expect_failure(self.httpget("-o", "f", *arguments, server.url()), code, "")
        (self.folder / "f").write_bytes(OLD["f"])
        self.expect_failure(self.httpget("-o", "f", *arguments, server.url()), code, "", OLD)
        (self.folder / "f").unlink()

    def ending(self, data: bytes, how: str = "close"):
        def script(peer) -> None:
            peer.read_request()
            peer.send(data)
            if how == "reset":
                peer.reset()
            else:
                peer.wait_for_reading()

        return script

    def test_a_length_that_is_not_reached(self) -> None:
        whole = response(BODY)
        for cut in (1, 5000, len(BODY)):
            with self.subTest(missing=cut):
                self.expect_kept(self.ending(whole[:-cut]), 18)

    def test_every_cut_of_a_chunked_body(self) -> None:
        whole = chunked(b"hello", b"world!", last=b"0\r\nX-Trailer: 1\r\n\r\n")
        head_bytes = whole.index(b"\r\n\r\n") + 4
        for end in range(head_bytes, len(whole)):
            server = self.serve(self.ending(whole[:end]))
            self.expect_failure(self.httpget("-o", "f", server.url()), 18, "")
            server.stop()
        server = self.serve(self.ending(whole))
        self.expect_success(self.httpget("-o", "f", server.url()), {"f": b"helloworld!"})

    def test_every_cut_of_a_head(self) -> None:
        whole = response(b"", "A: b")
        for end in range(1, len(whole)):
            server = self.serve(self.ending(whole[:end]))
            self.expect_failure(self.httpget("-o", "f", server.url()), 56, "")
            server.stop()

    def test_a_reset(self) -> None:
        self.expect_kept(self.ending(response(BODY)[:-1], "reset"), 56)
        self.expect_kept(self.ending(response(BODY, length=False), "reset"), 56)
        self.expect_kept(self.ending(b"HTTP/1.1 200", "reset"), 56)

    def test_no_answer_at_all(self) -> None:
        self.expect_kept(self.ending(b""), 52)

    def test_answers_that_are_no_answers(self) -> None:
        for data, code in ((b"SSH-2.0-OpenSSH_9.2\r\n", 8), (b"<html>hello</html>\n", 8), (b"HTTP/1.1 20x OK\r\n\r\n", 8),
                           (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 8),
                           (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", 8),
                           (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n1\r\na\r\n0\r\n\r\n", 8),
                           (b"HTTP/1.1 200 OK\r\nA: b\rC: d\r\nContent-Length: 0\r\n\r\n", 8),
                           (b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", 8),
                           (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 56),
                           (b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000 + b"\r\n\r\n", 63),
                           (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 6000 + b"\r\n", 63)):
            with self.subTest(data=data[:50]):
                server = self.serve(self.ending(data))
                self.expect_failure(self.httpget("-o", "f", server.url()), code, "")

    def test_fail_saves_no_error_page(self) -> None:
        server = self.serve({})
        (self.folder / "f").write_bytes(OLD["f"])
        self.expect_failure(self.httpget("-f", "-o", "f", server.url()), 22, "404 Not Found", OLD)
        end = self.httpget("-o", "f", server.url())  # as curl does
        self.expect_success(end, {"f": b"not here\n"})


class NoConnection(HttpgetCase):
    def test_an_unknown_host(self) -> None:
        self.expect_failure(self.httpget("http://no.such.host.invalid/"), 6, r"no\.such\.host\.invalid.*Fix: ")

    def test_an_unknown_proxy_is_named(self) -> None:
        for scheme in ("http", "https") if built_with("OpenSSL") else ("http",):
            with self.subTest(scheme=scheme):
                done = self.httpget("-x", "no.such.host.invalid:80", f"{scheme}://127.0.0.1/")
                self.expect_failure(done, 5, r"the proxy no\.such\.host\.invalid:80: .*Fix: ")

    def test_a_closed_port_of_a_proxy_is_named(self) -> None:
        with socket.socket() as reserved:
            reserved.bind(("127.0.0.1", 0))
            at = f"127.0.0.1:{reserved.getsockname()[1]}"
            self.expect_failure(self.httpget("-x", at, "http://example.test/"), 7, rf"the proxy {at}: .*refused.*Fix: ")

    def test_an_address_in_brackets_is_a_url(self) -> None:
        with socket.socket(socket.AF_INET6) as reserved:
            try:
                reserved.bind(("::1", 0))
            except OSError:
                self.skipTest("this machine has no IPv6")
            at = f"[::1]:{reserved.getsockname()[1]}"
            for url in (at, f"http://{at}/", f"http://{at}"):
                with self.subTest(url=url):
                    self.expect_failure(self.httpget(url), 7, rf"http://{re.escape(at)}/: .*refused.*Fix: ")

    def test_a_closed_port(self) -> None:
        with socket.socket() as reserved:
            reserved.bind(("127.0.0.1", 0))
            port = reserved.getsockname()[1]
            self.expect_failure(self.httpget(f"http://127.0.0.1:{port}/"), 7, rf"127\.0\.0\.1:{port}.*refused.*Fix: ")

    def test_wrong_urls_are_not_asked_for(self) -> None:
        for url, code in (("http://", 3), ("http://a b/", 3), ("http://a/\r\nX: y", 3), ("http://[::1", 3), ("http://a:99999/", 3),
                          ("ftp://a/", 1), ("file:///etc/passwd", 1)):
            with self.subTest(url=url):
                self.expect_failure(self.httpget(url), code, "Fix: ")

    def test_a_plain_server_does_not_speak_tls(self) -> None:
        server = self.serve(lambda peer: peer.socket.recv(1) and peer.send(response(BODY, status="400 Bad Request")))
        end = self.httpget(server.url().replace("http:", "https:"))
        self.expect_failure(end, end.code, "")
        self.assertIn(end.code, (35, 1))  # 1: built without TLS


class Time(HttpgetCase):
    def test_max_time_bounds_everything(self) -> None:
        def drip(peer) -> None:
            peer.read_request()
            peer.send(response(b"", "Content-Length: 1000000", length=False), b"x")
            peer.wait_for_close()

        for script in (lambda peer: peer.wait_for_close(), lambda peer: peer.read_request() and peer.wait_for_close(), drip):
            server = self.serve(script)
            self.expect_failure(self.httpget("--max-time", "0.2", "--retry", "9", "-o", "f", server.url()), 28, "Fix: ")

    def test_connect_timeout(self) -> None:
        """A listener whose queue is full takes no connection."""
        with contextlib.ExitStack() as stack:
            listener = stack.enter_context(socket.socket())
            listener.bind(("127.0.0.1", 0))
            listener.listen(0)
            for _ in range(3):
                filler = stack.enter_context(socket.socket())
                filler.setblocking(False)
                filler.connect_ex(listener.getsockname())
            url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
            self.expect_failure(self.httpget("--connect-timeout", "0.2", url), 28, "Fix: ")


class Retrying(HttpgetCase):
    def flaky(self, *answers):
        """Each connection gets the next answer; the last one stays."""
        def script(peer) -> None:
            while peer.read_request():
                answer = answers[min(len(peer.server.requests), len(answers)) - 1]
                if answer is None:
                    peer.reset()
                    return
                peer.send(answer)

        return script

    def test_goes_on_until_it_succeeds(self) -> None:
        busy = response(b"busy", "Retry-After: 0", status="503 Service Unavailable")
        server = self.serve(self.flaky(busy, busy, response(BODY)))
        end = self.httpget("--json", "-o", "f", "--retry", "5", server.url())
        self.assertEqual((0, {"f": BODY}), (end.code, self.files()), end)
        self.assertEqual((3, 3), (len(server.requests), self.json_of(end)[0]["attempts"]))

    def test_begins_anew_after_a_part(self) -> None:
        def script(peer) -> None:
            while peer.read_request():
                if len(peer.server.requests) == 1:
                    peer.send(response(BODY)[:-1])
                    peer.wait_for_reading()
                    return
                peer.send(response(BODY))

        server = self.serve(script)
        end = self.httpget("-s", "-S", "-o", "f", "--retry", "1", server.url())
        self.assertEqual((0, {"f": BODY}), (end.code, self.files()), end)

    def test_standard_output_gets_nothing_twice(self) -> None:
        def script(peer) -> None:
            peer.read_request()
            peer.send(response(BODY)[:-1])
            peer.wait_for_reading()

        server = self.serve(script)
        end = self.httpget("-o", "-", "--retry", "3", server.url())
        self.assertEqual((18, BODY[:-1].decode(), 1), (end.code, end.stdout, len(server.requests)))

    def test_gives_up(self) -> None:
        busy = response(b"busy", "Retry-After: 0", status="503 Service Unavailable")
        server = self.serve(self.flaky(busy))
        self.expect_failure(self.httpget("-f", "--retry", "2", server.url()), 22, "503")
        self.assertEqual(3, len(server.requests))

    def test_does_not_wait_for_ever(self) -> None:
        busy = response(b"busy", "Retry-After: 86400", status="503 Service Unavailable")
        server = self.serve(self.flaky(busy))
        self.expect_failure(self.httpget("-f", "--retry", "2", server.url()), 22, "503")
        self.assertEqual(1, len(server.requests))

    def test_posts_nothing_twice(self) -> None:
        server = self.serve(self.flaky(None))
        self.expect_failure(self.httpget("-d", "order", "--retry", "3", server.url()), 56, "")
        self.assertEqual(1, len(server.requests))


class Writing(HttpgetCase):
    def test_a_full_device(self) -> None:
        server = self.serve({"/": response(BODY)})
        self.expect_failure(self.httpget("-o", "/dev/full", server.url()), 23, r"No space left on device.*Fix: ")

    def test_a_full_disk(self) -> None:
        """A file system of 64 KiB, in a mount namespace of its own; where that is not allowed, a limit on the file's size."""
        server = self.serve({"/": response(BODY * 100)})
        disk = self.folder / "disk"
        disk.mkdir()
        read_end, write_end = os.pipe()
        child = os.fork()
        if child == 0:
            os._exit(self._fetch_to_full_disk(str(disk), server.url(), write_end))
        os.close(write_end)
        with os.fdopen(read_end, "r", encoding="utf-8") as said:
            text = said.read()
        self.assertEqual(0, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), text)
        self.assertRegex(text, r"(?s)\Acode 23 files \['f'\] old\nhttpget: [^\n]*(No space left on device|File too large)[^\n]*\n\Z")

    def _fetch_to_full_disk(self, disk: str, url: str, report: int) -> int:
        libc = ctypes.CDLL(None, use_errno=True)
        limit = None
        if (libc.unshare(CLONE_NEWNS) != 0 or libc.mount(None, b"/", None, MS_PRIVATE_REC, None) != 0 or
                libc.mount(b"tmpfs", disk.encode(), b"tmpfs", 0, b"size=64k") != 0):
            limit = 64 * 1024
        with open(f"{disk}/f", "w", encoding="ascii") as old:
            old.write("old")

        def prepare() -> None:
            if limit:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        end = subprocess.run([HTTPGET, "-o", "f", url], cwd=disk, capture_output=True, check=False, timeout=SECONDS_MAX,
                             env=environment(), preexec_fn=prepare)
        with open(f"{disk}/f", encoding="ascii") as kept:
            os.write(report, f"code {end.returncode} files {os.listdir(disk)} {kept.read()}\n".encode() + end.stderr)
        return 0

    def test_a_reader_that_goes(self) -> None:
        server = self.serve({"/": response(BODY * 1000)})
        process = self.start("-o", "-", server.url())
        process.stdout.read(1)
        process.stdout.close()
        self.assertEqual(23, process.wait(SECONDS_MAX))
        self.assertRegex(process.stderr.read(), rb"\Ahttpget: [^\n]*Broken pipe[^\n]*\n\Z")
        process.stdout = None

    def test_where_nothing_can_be_saved_nothing_is_asked(self) -> None:
        server = self.serve({"/": response(BODY)})
        (self.folder / "folder").mkdir()
        for name, why in (("folder", "directory"), ("none/f", "No such file")):
            with self.subTest(name=name):
                end = self.httpget("-o", name, server.url())
                self.assertEqual(23, end.code)
                self.assertRegex(end.stderr, rf"\Ahttpget: [^\n]*{why}[^\n]*Fix: [^\n]*\n\Z")
        self.assertEqual([], server.requests)


class Signals(HttpgetCase):
    def test_they_leave_nothing(self) -> None:
        def stall(peer) -> None:
            peer.read_request()
            peer.send(response(BODY)[:-1])
            peer.wait_for_close()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number.name):
                server = self.serve(stall)
                (self.folder / "f").write_bytes(OLD["f"])
                process = self.start("-o", "f", "-o", "g", "--parallel", "2", server.url("/1"), server.url("/2"))
                programs.wait_until("two bodies are half there",
                                    lambda: sorted(len(data) for data in self.files().values())[1:] == [len(BODY) - 1] * 2)
                process.send_signal(number)
                self.assertEqual(128 + number, process.wait(SECONDS_MAX))
                self.assertRegex(process.stderr.read(), rb"\Ahttpget: [^\n]+\n\Z")
                self.assertEqual(OLD, self.files())

    def test_one_that_nohup_ignores_ends_nothing(self) -> None:
        may_go_on = threading.Event()
        self.addCleanup(may_go_on.set)

        def wait(peer) -> None:
            peer.read_request()
            may_go_on.wait(SECONDS_MAX)
            peer.send(response(BODY))

        server = self.serve(wait)
        process = self.start("-o", "f", server.url(), preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        server.wait_for_requests(1)
        process.send_signal(signal.SIGHUP)
        may_go_on.set()
        self.assertEqual((0, {"f": BODY}), (process.wait(SECONDS_MAX), self.files()))

    def test_they_end_it_while_nobody_reads_its_output(self) -> None:
        server = self.serve({"/": response(BODY * 1000)})
        process = self.start("-o", "-", server.url())
        process.stdout.read(1)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(128 + signal.SIGTERM, process.wait(SECONDS_MAX))


if __name__ == "__main__":
    programs.main()
