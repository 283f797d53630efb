#!/usr/bin/env python3
"""Holds the ceiling to the protocols: a fast server with wrong answers is no ceiling.

usage: raw_epoll_test.py HELLO_RAW_EPOLL [HELLO_HTTP]
"""

import contextlib
import re
import socket
import subprocess
import sys
import threading
import unittest

import bare_server

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "hello-raw-epoll"
HELLO_HTTP = sys.argv.pop(1) if len(sys.argv) > 1 else None
REQUEST = b"GET /hello/Bond HTTP/1.1\r\nHost: localhost\r\n\r\n"


class LineTest(bare_server.BareTcpServerTest):
    program = [PROGRAM]
    kind = "raw epoll, 1 thread"
    welcome = b"Welcome!\n"

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


class HttpTest(bare_server.BareTcpServerTest):
    program = [PROGRAM, "--http"]
    kind = "raw epoll, 1 thread"

    def answer_of_hello_http(self) -> bytes:
        with subprocess.Popen([HELLO_HTTP, "--port", "0", "--loops", "1"], stdout=subprocess.PIPE, text=True) as server:
            try:
                port = int(re.search(r":(\d+) ", server.stdout.readline())[1])
                with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
                    client.sendall(REQUEST)
                    client.shutdown(socket.SHUT_WR)
                    return self.read_all(client)
            finally:
                server.terminate()

    @unittest.skipIf(HELLO_HTTP is None, "hello-http is not built")
    def test_its_answer_is_hello_https_but_for_the_date(self) -> None:
        theirs = re.sub(rb"(?<=\r\nDate: ).{29}(?=\r\n)", b"Sun, 06 Nov 1994 08:49:37 GMT", self.answer_of_hello_http())
        self.assertEqual(self.dialogue(REQUEST), theirs)

    def test_each_request_is_answered_however_it_arrives(self) -> None:
        one = self.dialogue(REQUEST)
        self.assertEqual(self.dialogue(REQUEST * 1000), one * 1000)
        client = self.connect()
        for cut in range(len(REQUEST)):
            client.sendall(REQUEST + REQUEST[:cut])
            self.assertEqual(self.read(client, len(one)), one)  # so the rest has been read without its end
            client.sendall(REQUEST[cut:])
            self.assertEqual(self.read(client, len(one)), one)
        client.shutdown(socket.SHUT_WR)
        self.assertEqual(self.read_all(client), b"")


if __name__ == "__main__":
    unittest.main()
