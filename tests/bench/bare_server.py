"""What the tests of the servers without a framework share."""

import re
import signal
import socket
import subprocess
import unittest


class BareServerTest(unittest.TestCase):
    """Has a server for each test. A subclass names the program, and how it says that it is built."""

    program: list[str]
    kind: str

    def setUp(self) -> None:
        self.server = subprocess.Popen([*self.program, "--port", "0"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.stop)
        line = self.server.stdout.readline()
        found = re.fullmatch(rf"hello-[a-z-]+ listening on 127\.0\.0\.1:(\d+) \({self.kind}\)\n", line)
        self.assertTrue(found, line)
        self.port = int(found[1])

    def stop(self) -> None:
        self.server.send_signal(signal.SIGTERM)
        self.assertEqual(self.server.wait(timeout=20), 0)
        self.server.stdout.close()

    def test_a_bad_address_and_a_taken_port_are_told(self) -> None:
        for options, code, word in [
            (["--host", "nowhere"], 2, "--host"),
            (["--port", str(self.port)], 1, "--port"),
            (["--port", "x"], 2, "0..65535"),
        ]:
            done = subprocess.run([*self.program, *options], capture_output=True, text=True, timeout=20)
            self.assertEqual(done.returncode, code)
            self.assertIn(word, done.stderr)


class BareTcpServerTest(BareServerTest):
    """Talks to it over connections, each of which begins with a welcome."""

    welcome = b""

    def connect(self) -> socket.socket:
        client = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        self.addCleanup(client.close)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.assertEqual(self.read(client, len(self.welcome)), self.welcome)
        return client

    def read(self, client: socket.socket, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            more = client.recv(count - len(data))
            self.assertTrue(more, f"ended after {len(data)} bytes")
            data += more
        return bytes(data)

    def read_all(self, client: socket.socket) -> bytes:
        data = b""
        while more := client.recv(65536):
            data += more
        return data

    def dialogue(self, *pieces: bytes) -> bytes:
        """All that is answered to `pieces` and the end of input, each sent when the one before has arrived."""
        client = self.connect()
        for piece in pieces:
            client.sendall(piece)
        client.shutdown(socket.SHUT_WR)
        return self.read_all(client)
