#!/usr/bin/env python3
"""Holds the plain datagram server to hello over datagrams: one with wrong answers is nothing to compare with.

usage: plain_udp_test.py HELLO_PLAIN_UDP
"""

import re
import signal
import socket
import subprocess
import sys
import unittest

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "hello-plain-udp"


class PlainUdpTest(unittest.TestCase):

    def setUp(self) -> None:
        self.server = subprocess.Popen([PROGRAM, "--port", "0"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.stop)
        line = self.server.stdout.readline()
        found = re.fullmatch(r"hello-plain-udp listening on 127\.0\.0\.1:(\d+) \(blocking, 1 thread\)\n", line)
        self.assertTrue(found, line)
        self.port = int(found[1])

    def stop(self) -> None:
        self.server.send_signal(signal.SIGTERM)
        self.assertEqual(self.server.wait(timeout=20), 0)
        self.server.stdout.close()

    def connect(self) -> socket.socket:
        client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(client.close)
        client.settimeout(20)
        client.connect(("127.0.0.1", self.port))
        return client

    def test_each_datagram_is_answered_by_one(self) -> None:
        client = self.connect()
        for name in [b"Ada", b"", b"\n", b"exit", bytes(range(256)), b"x" * 65499]:
            client.send(name)
            self.assertEqual(client.recv(65536), b"Hello, " + name + b"!")

    def test_an_answer_that_cannot_be_sent_is_dropped(self) -> None:
        client = self.connect()
        client.send(b"x" * 65507)
        client.send(b"Ada")
        self.assertEqual(client.recv(65536), b"Hello, Ada!")

    def test_a_client_that_is_gone_harms_nobody(self) -> None:
        for _ in range(20):
            gone = self.connect()
            gone.send(b"gone")
            gone.close()
        client = self.connect()
        client.send(b"here")
        self.assertEqual(client.recv(65536), b"Hello, here!")

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
