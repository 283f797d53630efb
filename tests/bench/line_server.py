"""The hello line protocol, as every server without a framework must speak it."""

import select
import socket
import threading

import bare_server


class LineServerTest(bare_server.BareTcpServerTest):
    """A subclass names the program."""

    welcome = b"Welcome!\n"

    def test_each_line_is_answered(self) -> None:
        self.assertEqual(self.dialogue(b"Ada\nGrace\r\n\n"), b"Hello, Ada!\nHello, Grace!\nHello, !\n")

    def test_any_byte_passes(self) -> None:
        name = bytes(b for b in range(256) if b not in b"\n\r")
        self.assertEqual(self.dialogue(name + b"\n"), b"Hello, " + name + b"!\n")

    def test_a_line_in_pieces_is_one_line(self) -> None:
        client = self.connect()
        for piece in [b"x\nA", b"d", b"a\nG"]:
            client.sendall(piece)
            if piece[0:1] == b"x":
                self.assertEqual(self.read(client, 10), b"Hello, x!\n")  # so the first piece has been read alone
        self.assertEqual(self.read(client, 12), b"Hello, Ada!\n")
        client.shutdown(socket.SHUT_WR)
        self.assertEqual(self.read_all(client), b"Hello, G!\n")  # the unterminated last line

    def test_exit_ends_the_connection_after_its_answers(self) -> None:
        client = self.connect()
        client.sendall(b"a\nexit\nb\n")
        self.assertEqual(self.read_all(client), b"Hello, a!\n")

    def test_a_line_that_is_too_long_is_refused(self) -> None:
        client = self.connect()
        client.sendall(b"x" * 65537)
        self.assertEqual(self.read(client, 36), b"Error: line longer than 65536 bytes\n")

    def test_the_longest_line_is_answered(self) -> None:
        name = b"x" * 65536
        self.assertEqual(self.dialogue(name + b"\n"), b"Hello, " + name + b"!\n")

    def test_a_client_that_reads_late_loses_nothing(self) -> None:
        names = [b"%01000d" % i for i in range(40_000)]  # more than the system's buffers take in both directions
        questions = b"".join(name + b"\n" for name in names)
        client = self.connect()
        client.setblocking(False)
        sent = 0
        while sent < len(questions) and select.select([], [client], [], 0.5)[1]:  # the server reads no more until we do
            sent += client.send(questions[sent:sent + 65536])
        self.assertLess(sent, len(questions))
        client.setblocking(True)
        client.settimeout(60)
        sender = threading.Thread(target=client.sendall, args=[questions[sent:]])
        sender.start()
        expected = b"".join(b"Hello, " + name + b"!\n" for name in names)
        self.assertEqual(self.read(client, len(expected)), expected)
        sender.join()
