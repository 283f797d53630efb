#!/usr/bin/env python3
"""Holds the ceiling to the hello line protocol: a fast server with wrong answers is no ceiling.

usage: raw_epoll_test.py HELLO_RAW_EPOLL
"""

import contextlib
import re
import signal
import socket
import subprocess
import sys
import threading
import unittest

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "hello-raw-epoll"


class RawEpollTest(unittest.TestCase):

    def setUp(self) -> None:
        self.server = subprocess.Popen([PROGRAM, "--port", "0"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.stop)
        line = self.server.stdout.readline()
        found = re.fullmatch(r"hello-raw-epoll listening on 127\.0\.0\.1:(\d+) \(raw epoll, 1 thread\)\n", line)
        self.assertTrue(found, line)
        self.port = int(found[1])

    def stop(self) -> None:
        self.server.send_signal(signal.SIGTERM)
        self.assertEqual(self.server.wait(timeout=20), 0)
        self.server.stdout.close()

    def connect(self) -> socket.socket:
        client = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        self.addCleanup(client.close)
        self.assertEqual(self.read(client, 9), b"Welcome!\n")
        return client

    def read(self, client: socket.socket, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            more = client.recv(count - len(data))
            self.assertTrue(more, f"ended after {len(data)} bytes")
            data += more
        return bytes(data)

    def read_all(self, client: socket.socket) -> bytes:
        data = b""
        while more := client.recv(65536):
            data += more
        return data

    def dialogue(self, *pieces: bytes) -> bytes:
        """All that is answered to `pieces` and the end of input, each sent when the one before has arrived."""
        client = self.connect()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            client.sendall(piece)
        client.shutdown(socket.SHUT_WR)
        return self.read_all(client)

    def test_each_line_is_answered(self) -> None:
        self.assertEqual(self.dialogue(b"Ada\nGrace\r\n\n"), b"Hello, Ada!\nHello, Grace!\nHello, !\n")

    def test_any_byte_passes(self) -> None:
        name = bytes(b for b in range(256) if b not in b"\n\r")
        self.assertEqual(self.dialogue(name + b"\n"), b"Hello, " + name + b"!\n")

    def test_a_line_in_pieces_is_one_line(self) -> None:
        client = self.connect()
        for piece in [b"x\nA", b"d", b"a\nG"]:
            client.sendall(piece)
            if piece[0:1] == b"x":
                self.assertEqual(self.read(client, 10), b"Hello, x!\n")  # so the first piece has been read alone
        self.assertEqual(self.read(client, 12), b"Hello, Ada!\n")
        client.shutdown(socket.SHUT_WR)
        self.assertEqual(self.read_all(client), b"Hello, G!\n")  # the unterminated last line

    def test_exit_ends_the_connection_after_its_answers(self) -> None:
        client = self.connect()
        client.sendall(b"a\nexit\nb\n")
        self.assertEqual(self.read_all(client), b"Hello, a!\n")

    def test_a_line_that_is_too_long_is_refused(self) -> None:
        client = self.connect()
        client.sendall(b"x" * 65537)
        self.assertEqual(self.read(client, 36), b"Error: line longer than 65536 bytes\n")

    def test_the_longest_line_is_answered(self) -> None:
        name = b"x" * 65536
        self.assertEqual(self.dialogue(name + b"\n"), b"Hello, " + name + b"!\n")

    def test_a_client_that_reads_late_loses_nothing(self) -> None:
        names = [b"%01000d" % i for i in range(20_000)]
        questions = b"".join(name + b"\n" for name in names)
        client = self.connect()
        client.setblocking(False)
        sent = 0
        with contextlib.suppress(BlockingIOError):  # the server reads no more until we do
            while sent < len(questions):
                sent += client.send(questions[sent:])
        self.assertLess(sent, len(questions))
        client.setblocking(True)
        client.settimeout(60)
        sender = threading.Thread(target=client.sendall, args=[questions[sent:]])
        sender.start()
        expected = b"".join(b"Hello, " + name + b"!\n" for name in names)
        self.assertEqual(self.read(client, len(expected)), expected)
        sender.join()

    def test_a_bad_address_and_a_taken_port_are_told(self) -> None:
        for options, code, word in [
            (["--host", "nowhere"], 2, "--host"),
            (["--port", str(self.port)], 1, "--port"),
            (["--port", "x"], 2, "0..65535"),
        ]:
            done = subprocess.run([PROGRAM, *options], capture_output=True, text=True, timeout=20)
            self.assertEqual(done.returncode, code)
            self.assertIn(word, done.stderr)


if __name__ == "__main__":
    unittest.main()
