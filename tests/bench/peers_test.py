#!/usr/bin/env python3
"""Holds the servers on other event libraries to the protocol: who is compared with others must do the same.

usage: peers_test.py HELLO_LIBRARY
"""

import pathlib
import socket
import struct
import sys
import unittest

import line_server

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "hello-asio"
LIBRARY = pathlib.Path(PROGRAM).name.removeprefix("hello-")


class PeerTest(line_server.LineServerTest):
    program = [PROGRAM]
    kind = rf"{LIBRARY} \d+\.\d+\.\d+[a-z-]*, 1 thread"

    def test_a_client_that_goes_away_takes_nobody_with_it(self) -> None:
        stays = self.connect()
        for _ in range(100):
            goes = self.connect()
            goes.sendall(b"name\n" * 100)
            goes.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            goes.close()  # with a reset: what was answered is unread
        stays.sendall(b"Ada\n")
        self.assertEqual(self.read(stays, 12), b"Hello, Ada!\n")


if __name__ == "__main__":
    unittest.main()
