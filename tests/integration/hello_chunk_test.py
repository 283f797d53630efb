"""hello over TCP with chunks, the tutorial's way: what one read brings is a message."""

import programs
from hello import CHUNK, chunks


@programs.for_each(programs.all_servers())
class HelloChunk:
    def connect(self, *arguments: str) -> programs.Client:
        return self.serve("--framing", "chunk", *arguments).connect_welcomed(framing=CHUNK)

    def test_greets_without_an_end_of_line(self) -> None:
        client = self.serve("--framing", "chunk").connect(framing=CHUNK)
        client.end()
        client.expect_rest(b"Welcome!")

    def test_answers_what_came_in_one_piece(self) -> None:
        client = self.connect()
        every_byte = bytes(range(256))
        for message in (b"Lambda", b"\n", b"\r\n", b"a\nb\n", b"\0", every_byte, "Zoë λ".encode(), b"exit\n", b"Exit"):
            client.send(message)
            client.expect(b"Hello, " + message + b"!")

    def test_a_message_has_at_most_1024_bytes(self) -> None:
        client = self.connect()
        for size in (1023, 1024, 1025, 2047, 2048, 2049, 5000):
            message = bytes(65 + i % 26 for i in range(size))
            client.send(message)
            client.expect(CHUNK.answers(chunks(message)))

    def test_exit_ends_the_connection_without_an_answer(self) -> None:
        client = self.connect()
        client.exchange(b"Bond")
        client.send(b"exit")
        client.expect_end()

    def test_exit_behind_1024_other_bytes_is_exit(self) -> None:
        client = self.connect()
        client.send(b"x" * 1024 + b"exit")
        client.expect_rest(CHUNK.answer(b"x" * 1024))

    def test_a_half_close_drops_no_answer(self) -> None:
        client = self.connect()
        client.send(b"z" * 5000)
        client.end()
        client.expect_rest(CHUNK.answers(chunks(b"z" * 5000)))

    def test_line_max_means_nothing_to_chunks(self) -> None:
        self.connect("--line-max", "3").exchange(b"longer than that")


if __name__ == "__main__":
    programs.main()
