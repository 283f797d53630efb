#!/usr/bin/env python3
"""The datagram client of a well-known Python socket tutorial, in our words: it waits for each answer before the next name.

usage: tutorial_udp_client.py PORT
"""

import socket
import sys

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
    for name in (b"Michael", b"Tracy", b"Sarah"):
        client.sendto(name, ("127.0.0.1", int(sys.argv[1])))
        print(client.recv(1024).decode("utf-8"))
