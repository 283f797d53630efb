#!/usr/bin/env python3
"""The server of a well-known Python socket tutorial, in our words: a thread for each client, and one recv is one message.

Says on its first line where it listens; ends when its standard input does.
"""

import socket
import sys
import threading


def talk(client: socket.socket) -> None:
    with client:
        client.send(b"Welcome!")
        while (message := client.recv(1024)) and message.decode("utf-8") != "exit":
            client.send(f"Hello, {message.decode('utf-8')}!".encode("utf-8"))


def accept_all(listener: socket.socket) -> None:
    while True:
        threading.Thread(target=talk, args=(listener.accept()[0],), daemon=True).start()


with socket.create_server(("127.0.0.1", 0)) as listener_:
    print(f"tutorial-server listening on 127.0.0.1:{listener_.getsockname()[1]} (Python)", flush=True)
    threading.Thread(target=accept_all, args=(listener_,), daemon=True).start()
    sys.stdin.read()
