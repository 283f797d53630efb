#!/usr/bin/env python3
"""The client of a well-known Python socket tutorial, in our words: it trusts one recv to be one answer.

usage: tutorial_client.py PORT
"""

import socket
import sys

with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as server:
    print(server.recv(1024).decode("utf-8"))
    for name in (b"Lambda", b"Bond", b"alpha"):
        server.send(name)
        print(server.recv(1024).decode("utf-8"))
    server.send(b"exit")
