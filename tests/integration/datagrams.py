"""hello over datagrams, for tests of its servers and clients."""

import collections
import pathlib
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable

import programs
from clients import SECONDS_MAX

FOLDER = pathlib.Path(__file__).parent
TUTORIAL_TALK = "Hello, Michael!\nHello, Tracy!\nHello, Sarah!\n"


# For tests whose datagrams reach ports after their owner has closed them: the next owner may be another test's server, which counts
# what it gets. Linux has all of 127/8.
ELSEWHERE = "127.0.0.3" if sys.platform == "linux" else "127.0.0.1"


class DatagramClient:
    """A datagram socket of a client, on the server's address. Over loopback nothing is lost while the buffers are not full."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.address = address
        self.socket = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address[0], 0))
        self.socket.settimeout(SECONDS_MAX)

    def __enter__(self) -> "DatagramClient":
        return self

    def __exit__(self, *_) -> None:
        self.socket.close()

    def send(self, name: bytes) -> None:
        self.socket.sendto(name, self.address)

    def receive(self) -> bytes:
        data, source = self.socket.recvfrom(65536)
        assert source[:2] == self.address, f"an answer from {source}, not from {self.address}"
        return data

    def ask(self, name: bytes) -> bytes:
        self.send(name)
        return self.receive()


def run_tutorial_client(port: int) -> str:
    command = [sys.executable, "-B", str(FOLDER / "tutorial_udp_client.py"), str(port)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=SECONDS_MAX, check=True).stdout


def counters(line: str) -> dict[str, int]:
    """What a server has counted, by the line that says so."""
    assert re.fullmatch(r"hello-(udp|threaded): \w+=\d+( \w+=\d+)+", line), line
    return {name: int(count) for name, count in (pair.split("=") for pair in line.split(": ")[1].split())}


def ask_for_counters(server: programs.Server) -> dict[str, int]:
    """What hello-udp has counted so far. Another loop than the one that is asked may still be counting what it just did."""
    lines = server.stderr.text().count("\n")
    server.send_signal(signal.SIGUSR1)
    return counters(server.stderr.wait_for_lines(lines + 1)[-1])


class StrangeServer:
    """A datagram server that does what the test likes: `behaves(server, name, client)` is called for each datagram, where `client` is
    its address; the function may `send`, or not."""

    def __init__(self, behaves: "Callable[[StrangeServer, bytes, tuple[str, int]], None]") -> None:
        self._behaves = behaves
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.names: list[bytes] = []  # that have arrived
        self.clients: list[tuple[str, int]] = []  # that sent them
        # How often each question came. A client's address alone does not tell its questions apart: the system may give the port of one
        # that is answered to the next.
        self.tries: dict[tuple[bytes, tuple[str, int]], int] = collections.defaultdict(int)
        self._ended = False
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "StrangeServer":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._ended = True
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as visitor:
            visitor.sendto(b"", ("127.0.0.1", self.port))  # what the thread waits for
        self._thread.join(SECONDS_MAX)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            name, client = self._socket.recvfrom(65536)
            if self._ended:
                return
            self.names.append(name)
            self.clients.append(client)
            self.tries[name, client] += 1
            self._behaves(self, name, client)

    def send(self, text: bytes, client: tuple[str, int]) -> None:
        self._socket.sendto(text, client)

    def answer(self, name: bytes, client: tuple[str, int]) -> None:
        self.send(b"Hello, " + name + b"!", client)
