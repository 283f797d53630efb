#!/usr/bin/env python3
"""The datagram server of a well-known Python socket tutorial, in our words: one recvfrom, one sendto.

Says on its first line where it listens; ends when its standard input does.
"""

import socket
import sys
import threading


def answer_all(server: socket.socket) -> None:
    while True:
        name, client = server.recvfrom(1024)
        server.sendto(b"Hello, %s!" % name, client)


with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server_:
    server_.bind(("127.0.0.1", 0))
    print(f"tutorial-server listening on 127.0.0.1:{server_.getsockname()[1]} (Python)", flush=True)
    threading.Thread(target=answer_all, args=(server_,), daemon=True).start()
    sys.stdin.read()
