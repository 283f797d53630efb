#!/usr/bin/env python3
"""Holds the plain datagram server to hello over datagrams: one with wrong answers is nothing to compare with.

usage: plain_udp_test.py HELLO_PLAIN_UDP
"""

import socket
import sys
import unittest

import bare_server

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "hello-plain-udp"


class PlainUdpTest(bare_server.BareServerTest):
    program = [PROGRAM]
    kind = "blocking, 1 thread"

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
        client = self.connect()  # first, or it may get the port of one that is gone, and the answer to it
        for _ in range(20):
            gone = self.connect()
            gone.send(b"gone")
            gone.close()
        client.send(b"here")
        self.assertEqual(client.recv(65536), b"Hello, here!")


if __name__ == "__main__":
    unittest.main()
