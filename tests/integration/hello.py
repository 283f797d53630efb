"""The hello protocol over a stream, written down once more: what a server must answer, by which the real ones are judged."""

import dataclasses

LINE_BYTES_MAX = 64 * 1024
CHUNK_BYTES_MAX = 1024


@dataclasses.dataclass(frozen=True)
class Framing:
    """How messages are cut out of the stream, and what an answer looks like."""

    name: str
    welcome: bytes
    suffix: bytes

    def answer(self, message: bytes) -> bytes:
        return b"Hello, " + message + b"!" + self.suffix

    def answers(self, messages: list[bytes]) -> bytes:
        return b"".join(map(self.answer, messages))


LINE = Framing("line", b"Welcome!\n", b"\n")
CHUNK = Framing("chunk", b"Welcome!", b"")


def too_long(line_bytes_max: int) -> bytes:
    return b"Error: line longer than %d bytes\n" % line_bytes_max


def line_session(data: bytes, line_bytes_max: int = LINE_BYTES_MAX) -> bytes:
    """All that a server says to a client that sends `data` and then ends its input."""
    said = [LINE.welcome]
    *lines, last = data.split(b"\n")
    messages = [line.removesuffix(b"\r") for line in lines] + ([last] if last else [])
    for message in messages:
        if len(message) > line_bytes_max:
            said.append(too_long(line_bytes_max))
            break
        if message == b"exit":
            break
        said.append(LINE.answer(message))
    return b"".join(said)


def chunks(data: bytes) -> list[bytes]:
    """The messages that arrive when `data` is there in one piece."""
    return [data[at:at + CHUNK_BYTES_MAX] for at in range(0, len(data), CHUNK_BYTES_MAX)]
