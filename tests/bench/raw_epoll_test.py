#!/usr/bin/env python3
"""Holds the ceiling to the protocols: a fast server with wrong answers is no ceiling.

usage: raw_epoll_test.py HELLO_RAW_EPOLL [HELLO_HTTP]
"""

import re
import socket
import subprocess
import sys
import unittest

import bare_server
import line_server

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "hello-raw-epoll"
HELLO_HTTP = sys.argv.pop(1) if len(sys.argv) > 1 else None
REQUEST = b"GET /hello/Bond HTTP/1.1\r\nHost: localhost\r\n\r\n"


class LineTest(line_server.LineServerTest):
    program = [PROGRAM]
    kind = "raw epoll, 1 thread"


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
