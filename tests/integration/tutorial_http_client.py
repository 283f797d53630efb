#!/usr/bin/env python3
"""The HTTP program of a well-known Python socket tutorial, in our words: it prints the head of a site's home page and saves the body.

usage: tutorial_http_client.py HOST PORT FILE
"""

import pathlib
import socket
import sys

host, port, file = sys.argv[1:]
with socket.create_connection((host, int(port))) as site:
    site.send(b"GET / HTTP/1.1\r\nHost: %b\r\nConnection: close\r\n\r\n" % host.encode("ascii"))
    parts = []
    while part := site.recv(1024):
        parts.append(part)
header, html = b"".join(parts).split(b"\r\n\r\n", 1)
print(header.decode("utf-8"))
pathlib.Path(file).write_bytes(html)
