#!/usr/bin/env python3
"""Starts an echo server, talks to it, ends it by SIGTERM: `try_echo_server.py PROGRAM`. Exits 0 when all went well."""

import re
import signal
import socket
import subprocess
import sys

LIMIT_S = 60

with subprocess.Popen([sys.argv[1], "0"], stdout=subprocess.PIPE, text=True) as server:
    try:
        first_line = server.stdout.readline()
        found = re.fullmatch(r"listening on 127\.0\.0\.1:(\d+)\n", first_line)
        if not found:
            sys.exit(f"unexpected first line: {first_line!r}")
        sent = bytes(range(256)) * 4000
        with socket.create_connection(("127.0.0.1", int(found[1])), timeout=LIMIT_S) as client:
            received = bytearray()
            for begin in range(0, len(sent), 50_000):
                piece = sent[begin:begin + 50_000]
                client.sendall(piece)
                while len(received) < begin + len(piece):
                    received += client.recv(65_536)
            if bytes(received) != sent:
                sys.exit("what came back is not what was sent")
            server.send_signal(signal.SIGTERM)
            if client.recv(1) != b"":
                sys.exit("the server did not end the connection in order")
        if server.wait(LIMIT_S) != 0:
            sys.exit(f"the server exited with {server.returncode}")
    finally:
        server.kill()
