#!/usr/bin/env python3
"""Keeps the rooms of the tree apart: who may include whom, and what a source file may hold.

usage: tools/lint/layers.py [ROOT]        ROOT: the project's folder, by default the one this file lies in

Prints `file:line: message` for each breach and exits 1, or exits 0 in silence. Each rule is one function below; ARCHITECTURE.md
says why the rooms are cut like this.
"""

import dataclasses
import fnmatch
import pathlib
import re
import sys
from collections.abc import Iterator

# From the bottom of the house to its roof: a folder may include itself and what stands before it.
LAYERS = ["reactor", "protocols", "servers", "bench", "tools", "tests"]

SOURCE_SUFFIXES = {".cpp", ".hpp"}
TEXT_SUFFIXES = SOURCE_SUFFIXES | {".py", ".cmake", ".txt", ".md", ".sh", ".json", ".in", ".pc"}
FILE_LINES_MAX = 400

# Headers that only these files may name: the rest of the project does not know which poller, parser or TLS it runs on.
CONFINED_HEADERS = {
    "sys/epoll.h": ["reactor/poller/*.cpp", "bench/raw_epoll*", "tests/*"],
    "sys/event.h": ["reactor/poller/*.cpp", "tests/*"],
    "poll.h": ["reactor/poller/*.cpp", "tests/*"],
    "sys/poll.h": [],
    "llhttp.h": ["protocols/http/llhttp_reader.cpp", "bench/micro/http_parser_micro.cpp", "tests/find_llhttp/*"],
    "openssl/*": ["reactor/tls/*.cpp", "tests/*"],
    "zlib.h": ["protocols/http/*.cpp", "bench/histogram/deflate_zlib.cpp", "tests/*"],
    "brotli/*": ["protocols/http/*.cpp", "tests/*"],
    "zstd.h": ["protocols/http/*.cpp", "tests/*"],
}
GENERATED_HEADERS = {"build_info.hpp"}  # in the build tree, for programs only
# Bytes in, values out: these know the standard library, their own folder, and the words for errors and addresses below.
CODECS = ["protocols/*codec*"] + [
    f"protocols/http/{room}.?pp" for room in """
    authorization chunked_encoder content_decoder content_range file_name headers host http_date http_error no_proxy percent proxy
    redirect_policy request request_encoder retry_after syntax url url_parser""".split()
]
VALUES = {"reactor/check.hpp", "reactor/endpoint.hpp", "reactor/result.hpp"}
OS_FILES = ["reactor/poller/make_poller.cpp", "reactor/socket.cpp"]
OS_FILE_NAMES = re.compile(r"_(linux|darwin|freebsd|bsd)\.cpp$")

OS_CONDITION = re.compile(
    r"^\s*#\s*(?:if|ifdef|ifndef|elif)\b.*\b"
    r"(__linux__|__APPLE__|__MACH__|__FreeBSD__|__NetBSD__|__OpenBSD__|__DragonFly__|__unix__|_WIN32|HALO_HAS_\w+)\b")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" * 3]) + r")\b")

STD_HEADERS = set("""
    algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono cinttypes climits clocale
    cmath codecvt compare complex concepts condition_variable coroutine csetjmp csignal cstdarg cstddef cstdint cstdio cstdlib
    cstring ctime cuchar cwchar cwctype deque exception execution expected filesystem format forward_list fstream functional
    future initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map memory memory_resource
    mutex new numbers numeric optional ostream queue random ranges ratio regex scoped_allocator semaphore set shared_mutex
    source_location span spanstream sstream stack stacktrace stdexcept stop_token streambuf string string_view strstream
    syncstream system_error thread tuple type_traits typeindex typeinfo unordered_map unordered_set utility valarray variant
    vector version""".split())


@dataclasses.dataclass(frozen=True)
class Include:
    line: int
    name: str
    angled: bool


class SourceFile:
    """One file of the tree: where it stands, its lines, and what it includes."""

    def __init__(self, root: pathlib.Path, path: str) -> None:
        self.root = root
        self.path = path  # relative to the root, with forward slashes
        self.room = path.split("/")[0]
        self.lines = (root / path).read_text(encoding="utf-8", errors="replace").splitlines()
        self.is_source = pathlib.PurePath(path).suffix in SOURCE_SUFFIXES
        self.is_header = path.endswith(".hpp")
        self.includes: list[Include] = []
        if self.is_source:
            for number, line in enumerate(self.lines, start=1):
                if found := INCLUDE.match(line):
                    self.includes.append(Include(number, found[2], found[1] == "<"))

    def matches(self, *patterns: str) -> bool:
        return any(fnmatch.fnmatch(self.path, pattern) for pattern in patterns)

    def is_public_header(self) -> bool:
        """Whether the header is installed, and so read by compilers that know nothing but halo and the standard library."""
        return self.is_header and self.room in ("reactor", "protocols") and not is_internal(self.path)


def is_internal(path: str) -> bool:
    return path.endswith("_internal.hpp") or "/internal/" in path


Breaches = Iterator[tuple[int, str]]


def includes_go_down(file: SourceFile) -> Breaches:
    """A folder includes itself and the folders below it; one protocol never includes another."""
    if file.room not in LAYERS:
        return
    below = LAYERS[:LAYERS.index(file.room) + 1]
    protocols: set[str] = set()
    for include in file.includes:
        parts = include.name.split("/")
        if include.angled or parts[0] not in LAYERS:
            continue
        if parts[0] not in below:
            yield include.line, f"{file.room}/ must not include {include.name}: it may include {', '.join(below)}"
        elif parts[0] == "protocols" and len(parts) > 2:
            if file.room == "protocols" and parts[1] != file.path.split("/")[1]:
                yield include.line, f"one protocol must not include another ({include.name})"
            protocols.add(parts[1])
            if file.room == "servers" and len(protocols) > 1:
                yield include.line, f"a server speaks one protocol, this one has {', '.join(sorted(protocols))}"


def codecs_are_pure(file: SourceFile) -> Breaches:
    """A codec includes the standard library and its own folder: bytes in, messages out, no socket, clock or thread."""
    if not file.matches(*CODECS):
        return
    own = file.path.rsplit("/", 1)[0] + "/"
    for include in file.includes:
        if include.angled:
            pure = include.name in STD_HEADERS
        else:
            pure = include.name.startswith(own) or include.name in VALUES
        if not pure:
            yield include.line, f"a codec may include only the standard library and {own}, not {include.name}"


def confined_headers_stay(file: SourceFile) -> Breaches:
    for include in file.includes:
        for header, allowed in CONFINED_HEADERS.items():
            if fnmatch.fnmatch(include.name, header) and not file.matches(*allowed):
                where = " or ".join(allowed) or "no file at all"
                yield include.line, f"<{include.name}> may be included by {where}"


def public_headers_are_portable(file: SourceFile) -> Breaches:
    """An installed header names neither the OS nor another library, nor a header that is not installed."""
    if not file.is_public_header():
        return
    for include in file.includes:
        if include.angled and include.name not in STD_HEADERS:
            yield include.line, f"a public header may include only the standard library and halo, not <{include.name}>"
        elif not include.angled and is_internal(include.name):
            yield include.line, f"a public header must not include {include.name}, which is not installed"


def includes_exist(file: SourceFile) -> Breaches:
    """Headers of the project are named from the root, "folder/file.hpp", by users of the package too."""
    for include in file.includes:
        if include.angled:
            continue
        if include.name in GENERATED_HEADERS:
            if file.room in ("reactor", "protocols"):
                yield include.line, f"a library must not include {include.name}, which is made for programs"
        elif include.name.split("/")[0] not in LAYERS:
            yield include.line, f'"{include.name}" must be named from the root, "folder/file.hpp"'
        elif not (file.root / include.name).is_file():
            yield include.line, f"{include.name} does not exist"


def os_conditions_stay(file: SourceFile) -> Breaches:
    """CMake picks files per OS; a condition in the text is the exception."""
    if not file.is_source or file.path in OS_FILES or OS_FILE_NAMES.search(file.path):
        return
    for number, line in enumerate(file.lines, start=1):
        if found := OS_CONDITION.match(line):
            yield number, f"a condition on {found[1]} belongs in {', '.join(OS_FILES)} or a file named *_linux.cpp"


def headers_have_pragma_once(file: SourceFile) -> Breaches:
    if file.is_header and "#pragma once" not in file.lines:
        yield 1, "a header needs #pragma once"


def files_are_short(file: SourceFile) -> Breaches:
    if file.is_source and len(file.lines) > FILE_LINES_MAX:
        yield FILE_LINES_MAX + 1, f"{len(file.lines)} lines, at most {FILE_LINES_MAX}: a file is one idea, split it"


def text_is_finished(file: SourceFile) -> Breaches:
    for number, line in enumerate(file.lines, start=1):
        if found := UNFINISHED.search(line):
            yield number, f"{found[1]}: finish it or leave it out"
        if "\t" in line:
            yield number, "a tab: indent with spaces"


RULES = [
    includes_go_down, codecs_are_pure, confined_headers_stay, public_headers_are_portable, includes_exist, os_conditions_stay,
    headers_have_pragma_once, files_are_short, text_is_finished
]


def files_of(root: pathlib.Path) -> Iterator[SourceFile]:
    """The project's text files: those in the root itself and those in its rooms."""
    rooms = [path for layer in LAYERS for path in (root / layer).rglob("*")]
    for path in sorted([*root.glob("*"), *rooms]):
        if path.is_file() and path.suffix in TEXT_SUFFIXES:
            yield SourceFile(root, path.relative_to(root).as_posix())


def breaches_of(root: pathlib.Path) -> Iterator[str]:
    for file in files_of(root):
        for rule in RULES:
            for line, message in rule(file):
                yield f"{file.path}:{line}: {message}"


def main(arguments: list[str]) -> int:
    if len(arguments) > 1 or (arguments and arguments[0].startswith("-")):
        print(__doc__, file=sys.stderr)
        return 2
    root = pathlib.Path(arguments[0] if arguments else pathlib.Path(__file__).parents[2]).resolve()
    if not any((root / layer).is_dir() for layer in LAYERS):
        print(f"layers: {root} holds none of {', '.join(LAYERS)}: not the project's root", file=sys.stderr)
        return 2
    breaches = list(breaches_of(root))
    print("\n".join(breaches), end="\n" if breaches else "")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
