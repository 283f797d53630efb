"""httpget in front of a person: the line of progress on a terminal, and none anywhere else."""

import fcntl
import gzip
import os
import pty
import random
import struct
import subprocess
import termios
import threading
import unittest

import programs
from clients import SECONDS_MAX
from httpget_case import HTTPGET, HttpgetCase, built_with, environment
from scripted_server import response

BODY = b"0123456789" * 100_000


class Terminal(HttpgetCase):
    def on_terminal(self, url: str, *arguments: str, columns: int = 80, term: str = "xterm") -> tuple[int, str]:
        """Runs httpget with both outputs on one terminal. Returns its code and all that it wrote there."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen([HTTPGET, *arguments, url], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=theirs,
                                   stderr=theirs, env=environment(TERM=term))
        os.close(theirs)
        said = b""
        try:
            while data := os.read(ours, 65536):
                said += data
                self.on_output(said)
        except OSError:  # the terminal has no other end any more: pty(7) says EIO
            pass
        os.close(ours)
        return process.wait(SECONDS_MAX), said.decode()

    def on_output(self, said: bytes) -> None:
        """What a slow server waits for."""
        if b"%" in said or b" KiB" in said:
            self.progress_was_seen = True
            for peer in self.waiting:
                peer.set()
            self.waiting.clear()

    def setUp(self) -> None:
        super().setUp()
        self.progress_was_seen = False
        self.waiting: list = []

    def slow(self, with_length: bool, *fields: str, body: bytes = BODY):
        """Half of the body, and the rest when progress was shown."""
        def script(peer) -> None:
            peer.read_request()
            seen = threading.Event()
            self.waiting.append(seen)
            half = len(body) // 2
            peer.send(response(b"", *([f"Content-Length: {len(body)}"] if with_length else []), *fields, length=False) + body[:half])
            seen.wait(SECONDS_MAX)
            peer.send(body[half:])

        return script

    def lines(self, said: str) -> list[str]:
        """What stays on the screen: the last text of each line that was drawn over."""
        return [line.rpartition("\x1b[K")[2].rpartition("\r")[2] if "\x1b[K" in line else line
                for line in said.replace("\r\n", "\n").split("\n")]

    def test_what_takes_long_shows_a_bar(self) -> None:
        server = self.serve(self.slow(with_length=True))
        code, said = self.on_terminal(server.url(), "-o", "f")
        self.assertEqual((0, BODY), (code, (self.folder / "f").read_bytes()))
        self.assertRegex(said, r"f   50% \[=+> +\] 488 KiB of 977 KiB")
        self.assertNotRegex(said, r"\x1b\[[0-9;]*m")  # no colour
        self.assertEqual(["saved f (977 KiB)", ""], self.lines(said))

    def test_an_unknown_length_shows_what_has_arrived(self) -> None:
        server = self.serve(self.slow(with_length=False))
        code, said = self.on_terminal(server.url(), "-o", "f")
        self.assertEqual((0, BODY), (code, (self.folder / "f").read_bytes()))
        self.assertRegex(said, r"f  [|/\\-] 488 KiB, ")

    @unittest.skipUnless(built_with("gzip"), "built without zlib")
    def test_the_length_of_a_compressed_body_is_not_that_of_the_file(self) -> None:
        noise = random.Random(1).randbytes(1_000_000)  # so that half of it arrives with half of the bytes
        server = self.serve(self.slow(True, "Content-Encoding: gzip", body=gzip.compress(noise)))
        code, said = self.on_terminal(server.url(), "--compressed", "-o", "f")
        self.assertEqual((0, noise), (code, (self.folder / "f").read_bytes()))
        self.assertRegex(said, r"f  [|/\\-] \d+ KiB, ")
        self.assertNotIn("%", said)

    def test_a_narrow_terminal_is_not_overrun(self) -> None:
        server = self.serve(self.slow(with_length=True))
        _, said = self.on_terminal(server.url(), "-o", "f", columns=20)
        drawn = [part.replace("\x1b[K", "") for part in said.split("\r") if "%" in part]
        self.assertTrue(drawn)
        self.assertLessEqual(max(map(len, drawn)), 19)

    def test_a_simple_terminal_is_sent_no_control_sequences(self) -> None:
        server = self.serve(self.slow(with_length=True))
        _, said = self.on_terminal(server.url(), "-o", "f", term="dumb")
        self.assertTrue(self.progress_was_seen)
        self.assertNotIn("\x1b", said)

    def test_what_is_quick_shows_none(self) -> None:
        server = self.serve({"/": response(BODY)})
        code, said = self.on_terminal(server.url())
        self.assertEqual(0, code)
        self.assertEqual(f"HTTP/1.1 200 OK\nContent-Length: {len(BODY)}\n\nsaved index.html (977 KiB)\n", said.replace("\r\n", "\n"))

    def test_silence_is_silent(self) -> None:
        server = self.serve({"/": response(BODY)})
        self.assertEqual((0, ""), self.on_terminal(server.url(), "-s"))

    def test_where_nobody_looks_nothing_is_drawn(self) -> None:
        server = self.serve({"/": response(BODY)})
        self.expect_success(self.httpget("-o", "f", server.url()), {"f": BODY})


if __name__ == "__main__":
    programs.main()
