"""hello over TCP with lines, as the protocol's table says, byte for byte."""

import programs
from clients import Client, same
from hello import LINE, line_session, too_long

TALK = b"Lambda\r\nBond\n\nalpha\xce\xbb\0\r\r\nlast"


@programs.for_each(programs.all_servers())
class HelloLine:
    def talk(self, server: programs.Server, data: bytes, line_bytes_max: int = 65536) -> None:
        """Sends `data`, ends the input, and expects exactly what the protocol says."""
        with server.connect() as client:
            client.send(data)
            client.end()
            client.expect_rest(line_session(data, line_bytes_max))

    def test_greets_at_once(self) -> None:
        self.serve().connect().expect(b"Welcome!\n")

    def test_answers_each_name(self) -> None:
        client = self.serve().connect_welcomed()
        client.send(b"Lambda\n")
        client.expect(b"Hello, Lambda!\n")
        client.send(b"Bond\nalpha\n")
        client.expect(b"Hello, Bond!\nHello, alpha!\n")

    def test_drops_one_carriage_return_before_the_end_of_a_line(self) -> None:
        client = self.serve().connect_welcomed()
        client.send(b"a\r\nb\r\r\n\rc\n\r\nd\re\nexit\r\n")
        client.expect_rest(LINE.answers([b"a", b"b\r", b"\rc", b"", b"d\re"]))

    def test_passes_any_byte_unchanged(self) -> None:
        every_byte = bytes(byte for byte in range(256) if byte != ord("\n"))
        client = self.serve().connect_welcomed()
        for name in (every_byte, b"\0", b"\0\0\0", "Zoë λ 你好 🦊".encode(), b"\xff\xfe\x80", b"%s%n\x1b[31m"):
            client.exchange(name)

    def test_exit_ends_the_connection_without_an_answer(self) -> None:
        server = self.serve()
        for exit_line in (b"exit\n", b"exit\r\n"):
            client = server.connect_welcomed()
            client.send(b"Bond\n" + exit_line + b"never\nanswered\n")
            client.expect_rest(b"Hello, Bond!\n")

    def test_only_exit_itself_is_exit(self) -> None:
        client = self.serve().connect_welcomed()
        for name in (b"Exit", b"exit ", b" exit", b"exit\0", b"exi", b"exitt", b"\rexit"):
            client.exchange(name)

    def test_an_unterminated_last_line_is_a_message(self) -> None:
        server = self.serve()
        for data in (b"Bond", b"a\nBond", b"Bond\r", b"a\nexit", b"exit\nBond", b"\r"):
            self.talk(server, data)

    def test_the_end_of_input_alone_ends_the_connection(self) -> None:
        server = self.serve()
        self.talk(server, b"")
        self.talk(server, b"\n")

    def test_a_half_close_drops_no_answer(self) -> None:
        """However much is still to be written at that moment."""
        server = self.serve()
        for kib in (1, 15, 16, 17, 63, 64, 65, 255, 256, 257, 1024, 5000):
            with server.connect(receive_buffer_bytes=32768) as client:
                data = (b"%05d" % kib + b"x" * 1017 + b"\n") * kib + b"last"
                sender = client.send_in_background(data, then_end=True)
                client.expect_rest(line_session(data))
                sender.join()

    def test_a_name_may_be_split_at_every_byte(self) -> None:
        server = self.serve()
        bystander = server.connect_welcomed()
        for at in range(len(TALK) + 1):
            with server.connect_welcomed() as client:
                client.send(TALK[:at])
                bystander.exchange()  # so that the server has had its time to read the first part
                client.send(TALK[at:])
                client.end()
                client.expect_rest(line_session(TALK).removeprefix(LINE.welcome))

    def test_every_byte_may_come_alone(self) -> None:
        server = self.serve()
        bystander = server.connect_welcomed()
        client = server.connect()
        for at in range(len(TALK)):
            client.send(TALK[at:at + 1])
            bystander.exchange()
        client.end()
        client.expect_rest(line_session(TALK))

    def test_thousands_of_empty_lines(self) -> None:
        self.talk(self.serve(), b"\n" * 20_000)

    def test_ten_thousand_lines_at_once_for_a_reader_that_starts_late(self) -> None:
        data = b"".join(b"%05d" % i + b"y" * 1000 + b"\n" for i in range(10_000)) + b"exit\n"
        with self.serve().connect(receive_buffer_bytes=32768) as client:
            sent = client.send_what_fits(data)
            sender = client.send_in_background(data[sent:])
            client.expect_rest(line_session(data))
            sender.join()

    def test_many_connections_get_their_own_answers(self) -> None:
        server = self.serve()
        clients: list[Client] = [server.connect() for _ in range(100)]
        for turn in range(3):
            for number, client in enumerate(clients):
                client.send(b"%d of %d\n" % (turn, number))
        for number, client in enumerate(clients):
            client.expect(LINE.welcome + LINE.answers([b"%d of %d" % (turn, number) for turn in range(3)]))

    def test_the_longest_line_is_answered_and_one_byte_more_is_an_error(self) -> None:
        server = self.serve()
        for size in (65535, 65536, 65537):
            for ending in (b"\n", b"\r\n", b""):
                self.talk(server, b"before\n" + b"x" * size + ending)

    def test_line_max_sets_the_longest_line(self) -> None:
        server = self.serve("--line-max", "10")
        for size in (9, 10, 11, 12, 200):
            for ending in (b"\nafter\n", b"\r\nafter\n", b"\r", b""):
                self.talk(server, b"before\n" + b"x" * size + ending, 10)

    def test_a_carriage_return_does_not_count_although_its_line_feed_comes_later(self) -> None:
        server = self.serve("--line-max", "10")
        bystander = server.connect_welcomed()
        client = server.connect_welcomed()
        client.send(b"0123456789\r")
        bystander.exchange()
        client.send(b"\n")
        client.expect(LINE.answer(b"0123456789"))
        client.send(b"0123456789\r")
        bystander.exchange()
        client.send(b"\r\n")
        client.expect_rest(too_long(10))

    def test_a_line_of_megabytes_is_answered_where_line_max_allows_it(self) -> None:
        size = 9_000_000
        client = self.serve("--line-max", str(size)).connect_welcomed()
        name = b"0123456789" * (size // 10)
        sender = client.send_in_background(name + b"\nBond\n")
        client.expect(LINE.answers([name, b"Bond"]))
        sender.join()

    def test_a_line_that_is_too_long_is_an_error_before_it_ends(self) -> None:
        client = self.serve("--line-max", "10").connect_welcomed()
        client.send(b"Bond\n" + b"x" * 11)
        client.expect_rest(LINE.answer(b"Bond") + too_long(10))

    def test_input_behind_a_line_that_is_too_long_does_not_destroy_the_error(self) -> None:
        server = self.serve("--line-max", "100")
        bystander = server.connect_welcomed()
        for _ in range(20):
            with server.connect_welcomed() as client:
                client.send(b"x" * 101)
                bystander.exchange()
                client.send(b"y" * 30_000)
                client.expect_rest(too_long(100))

    def test_input_that_nobody_reads_does_not_destroy_the_last_answer(self) -> None:
        """It is there when the server closes, which makes the kernel send a reset unless the server lingers."""
        server = self.serve("--work", "sleep:50ms")
        for _ in range(3):
            with server.connect_welcomed() as client:
                client.send(b"Bond\n")
                client.send(b"exit\n" + b"y" * 70_000)  # more than one read takes, and sent while the server works
                client.expect_rest(LINE.answer(b"Bond"))

    def test_a_flood_without_an_end_of_line_is_cut(self) -> None:
        server = self.serve()
        client = server.connect_welcomed()
        try:
            for _ in range(1000):
                client.send(b"x" * 65536)
        except (ConnectionResetError, BrokenPipeError):
            pass
        else:
            self.fail("64 MB of one line were taken")
        server.connect_welcomed().exchange()

    def test_a_host_may_be_a_name(self) -> None:
        server = self.serve("--host", "localhost")
        same(b"Welcome!\n", server.connect().receive(9))


if __name__ == "__main__":
    programs.main()
