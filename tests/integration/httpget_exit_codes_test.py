"""Each exit code that `httpget --help` names, brought about; and no other is named."""

import pathlib
import re
import shutil
import signal
import socket
import tempfile

import programs
from certificates import Authority
from clients import SECONDS_MAX
from httpget_case import HttpgetCase
from scripted_server import ScriptedServer, redirect, response

HAS_TLS = "no TLS" not in programs.run("httpget", "--version").stdout
LARGE = "x" * 8_000_000

# What needs no server.
PREPARED = {1: ("ftp://a/",), 2: ("--no-such-option",), 3: ("http://[::1/",), 5: ("-x", "no.such.host.invalid:80", "http://a/"),
            6: ("http://no.such.host.invalid/",), 26: ("-d", "@missing", "http://a/")}
# What is told before anything is asked of anybody has no line of JSON.
UNTOLD = {1, 2, 3, 26, 77}


def closes(peer) -> None:
    peer.read_request()
    peer.wait_for_reading()


def sends(*parts: bytes):
    def script(peer) -> None:
        peer.read_request()
        peer.send(*parts)
        peer.wait_for_reading()

    return script


def resets_after(data: bytes):
    def script(peer) -> None:
        peer.read_request()
        peer.send(data)
        peer.reset()

    return script


def resets_while_it_is_sent_to(peer) -> None:
    peer.socket.recv(1)
    peer.reset()


# What the server does, and what httpget is told beside its URL.
SCRIPTS = {
    0: (sends(response(b"body")), ()),
    8: (sends(b"SSH-2.0-x\r\n"), ()),
    18: (sends(response(b"body")[:-1]), ()),
    22: (sends(response(b"no", status="404 Not Found")), ("-f",)),
    23: (sends(response(b"body")), ("-o", "/dev/full")),
    28: (lambda peer: peer.wait_for_close(), ("--max-time", "0.2")),
    47: (sends(redirect("ftp://a/")), ()),
    52: (closes, ()),
    55: (resets_while_it_is_sent_to, ("-d", "@large")),
    56: (resets_after(b"HTTP/1.1 200 "), ()),
    61: (sends(response(b"none", "Content-Encoding: gzip")), ("--compressed",)),
    63: (sends(b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000 + b"\r\n\r\n"), ()),
}


class ExitCodes(HttpgetCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.documented = {int(code): meaning for code, meaning in
                          re.findall(r"(?m)^ {2,4}(\d+)  (\S.*)$", programs.run("httpget", "--help").stdout)}

    def expect(self, code: int, *arguments: str) -> None:
        """The code, a line with a remedy, the same in JSON, and nothing left behind."""
        with self.subTest(code=code, meaning=self.documented.get(code)):
            before = self.files()
            end = self.httpget("--json", *arguments)
            self.assertEqual(code, end.code, end)
            self.assertRegex(end.stderr, r"\Ahttpget: [^\n]+\. Fix: [^\n]+\n\Z")
            self.assertEqual(before, self.files())
            if code in UNTOLD:
                self.assertEqual("", end.stdout)
            else:
                (told,) = self.json_of(end)
                self.assertEqual((code, None), (told["error"]["code"], told["file"]))
                self.assertIn(told["error"]["message"], end.stderr)
                self.assertIn(told["error"]["fix"], end.stderr)
        self.seen.add(code)

    def test_each_is_brought_about(self) -> None:
        self.seen = {0}
        for code, arguments in PREPARED.items():
            self.expect(code, *arguments)
        (self.folder / "large").write_text(LARGE)
        for code, (script, arguments) in SCRIPTS.items():
            server = self.serve(script)
            if code:
                self.expect(code, *arguments, server.url())
            else:
                self.assertEqual(0, self.httpget("-s", "-o", "f", server.url()).code)
        self.expect_no_connection()
        self.expect_another_range()
        self.expect_codes_of_tls()
        self.assertEqual(self.documented.keys(), self.seen)

    def expect_no_connection(self) -> None:
        with socket.socket() as reserved:
            reserved.bind(("127.0.0.1", 0))
            self.expect(7, "http://127.0.0.1:%d/" % reserved.getsockname()[1])

    def expect_another_range(self) -> None:
        whole = b"0123456789"
        server = self.serve(sends(response(whole, 'ETag: "a"')[:-1]))
        self.assertEqual(18, self.httpget("-C", "-o", "ranged", server.url("/x")).code)
        server.script = sends(response(whole, 'ETag: "a"', "Content-Range: bytes 0-9/10", status="206 Partial Content"))
        self.expect(33, "-C", "-o", "ranged", server.url("/x"))

    def expect_codes_of_tls(self) -> None:
        if not HAS_TLS or not shutil.which("openssl"):
            self.seen |= {35, 60, 77}
            return
        plain = self.serve(lambda peer: peer.socket.recv(1) and peer.send(response(status="400 Bad Request")))
        self.expect(35, plain.url().replace("http:", "https:"))
        self.expect(77, "--cacert", "/none.pem", "https://127.0.0.1/")
        keys = pathlib.Path(tempfile.mkdtemp(prefix="halo-keys-"))
        self.addCleanup(shutil.rmtree, keys, ignore_errors=True)
        server = ScriptedServer(sends(response()), tls=Authority(keys).server("IP:127.0.0.1"))
        self.addCleanup(server.stop)
        self.expect(60, server.url())

    def test_a_signal_adds_its_number(self) -> None:
        self.assertIn("  128 + N  ended by signal N", programs.run("httpget", "--help").stdout)
        server = self.serve(lambda peer: peer.read_request() and peer.wait_for_close())
        process = self.start("-o", "f", server.url())
        server.wait_for_requests(1)
        process.send_signal(signal.SIGINT)
        self.assertEqual(130, process.wait(SECONDS_MAX))
        self.assertEqual({}, self.files())


if __name__ == "__main__":
    programs.main()
