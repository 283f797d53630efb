#!/usr/bin/env python3
"""Shows each rule of layers.py failing on a tree that breaks it, and at rest on a tree that keeps it."""

import contextlib
import io
import pathlib
import tempfile
import unittest

import layers

HEADER = "#pragma once\n"


class LayersTest(unittest.TestCase):

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.add("reactor/event_loop.hpp", HEADER + "#include <chrono>\n")
        self.add("protocols/hello/line_codec.hpp", HEADER + "#include <span>\n")
        self.add("protocols/http/url.hpp", HEADER)

    def add(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def assert_kept(self) -> None:
        self.assertEqual(list(layers.breaches_of(self.root)), [])

    def assert_broken(self, *places_and_words: str) -> None:
        """Each argument is `file:line: words`; the words must occur in the message of the breach at that place."""
        found = list(layers.breaches_of(self.root))
        self.assertEqual(len(found), len(places_and_words), found)
        for breach, expected in zip(found, places_and_words):
            place, words = expected.split(": ", 1)
            self.assertTrue(breach.startswith(place + ": "), f"{breach!r} is not at {place}")
            self.assertIn(words, breach)

    def test_a_house_in_order_is_kept(self) -> None:
        self.add("reactor/event_loop.cpp", '#include "reactor/event_loop.hpp"\n\n#include <unistd.h>\n')
        self.add("reactor/poller/epoll_poller.cpp", "#include <sys/epoll.h>\n")
        self.add("reactor/poller/make_poller.cpp", "#if defined(__linux__) && defined(HALO_HAS_EPOLL)\n#endif\n")
        self.add("reactor/clock_darwin.cpp", "#ifdef __APPLE__\n#endif\n")
        self.add("reactor/socket_internal.hpp", HEADER + "#include <sys/socket.h>\n")
        self.add("protocols/hello/line_codec.cpp", '#include "protocols/hello/line_codec.hpp"\n')
        self.add("protocols/hello/session.hpp", HEADER + '#include "protocols/hello/line_codec.hpp"\n')
        self.add("servers/hello_tcp.cpp", '#include "build_info.hpp"\n#include "protocols/hello/session.hpp"\n')
        self.add("bench/raw_epoll/server.cpp", "#include <sys/epoll.h>\n")
        self.add("tests/all_test.cpp", '#include <poll.h>\n#include "protocols/http/url.hpp"\n')
        self.assert_kept()

    def test_the_reactor_includes_no_other_folder(self) -> None:
        self.add("reactor/timer.cpp", '#include "reactor/event_loop.hpp"\n#include "protocols/http/url.hpp"\n')
        self.assert_broken("reactor/timer.cpp:2: reactor/ must not include protocols/http/url.hpp")

    def test_a_folder_includes_nothing_above_it(self) -> None:
        self.add("bench/engine.hpp", HEADER)
        self.add("servers/hello_tcp.cpp", '#include "bench/engine.hpp"\n')
        self.assert_broken("servers/hello_tcp.cpp:1: servers/ must not include bench/engine.hpp")

    def test_one_protocol_never_includes_another(self) -> None:
        self.add("protocols/hello/session.cpp", '#include "protocols/http/url.hpp"\n')
        self.assert_broken("protocols/hello/session.cpp:1: one protocol must not include another")

    def test_a_server_includes_one_protocol(self) -> None:
        self.add("servers/both.cpp", '#include "protocols/http/url.hpp"\n#include "protocols/hello/line_codec.hpp"\n')
        self.assert_broken("servers/both.cpp:2: a server speaks one protocol, this one has hello, http")

    def test_a_pure_room_of_http_knows_errors_and_addresses_only(self) -> None:
        self.add("reactor/result.hpp", HEADER)
        self.add("protocols/http/url.cpp", '#include "reactor/result.hpp"\n#include "reactor/event_loop.hpp"\n')
        self.add("protocols/http/client.cpp", '#include "reactor/event_loop.hpp"\n')
        self.assert_broken("protocols/http/url.cpp:2: not reactor/event_loop.hpp")

    def test_a_codec_includes_std_and_its_own_folder(self) -> None:
        self.add("protocols/hello/chunk_codec.cpp", '#include <unistd.h>\n#include "reactor/event_loop.hpp"\n')
        self.assert_broken("protocols/hello/chunk_codec.cpp:1: not unistd.h",
                           "protocols/hello/chunk_codec.cpp:2: not reactor/event_loop.hpp")

    def test_poller_headers_stay_in_the_pollers(self) -> None:
        for header in ["sys/epoll.h", "sys/event.h", "poll.h", "sys/poll.h"]:
            with self.subTest(header):
                self.add("reactor/event_loop.cpp", f"#include <{header}>\n")
                self.assert_broken(f"reactor/event_loop.cpp:1: <{header}> may be included by")

    def test_the_raw_ceiling_may_not_use_another_poller(self) -> None:
        self.add("bench/raw_epoll/server.cpp", "#include <poll.h>\n")
        self.assert_broken("bench/raw_epoll/server.cpp:1: <poll.h> may be included by reactor/poller/*.cpp")

    def test_libraries_stay_where_they_are_wrapped(self) -> None:
        self.add("protocols/hello/session.cpp", "#include <llhttp.h>\n#include <openssl/ssl.h>\n")
        self.assert_broken("protocols/hello/session.cpp:1: <llhttp.h> may be included by protocols/http/llhttp_reader.cpp or",
                           "protocols/hello/session.cpp:2: <openssl/ssl.h> may be included by reactor/tls/*.cpp")

    def test_compression_stays_where_it_is_wrapped(self) -> None:
        self.add("tools/fetch.cpp", "#include <zlib.h>\n#include <brotli/decode.h>\n#include <zstd.h>\n")
        self.add("protocols/http/decoding_layer_zlib.cpp", "#include <zlib.h>\n")
        self.assert_broken("tools/fetch.cpp:1: <zlib.h> may be included by protocols/http/*.cpp",
                           "tools/fetch.cpp:2: <brotli/decode.h> may be included by protocols/http/*.cpp",
                           "tools/fetch.cpp:3: <zstd.h> may be included by protocols/http/*.cpp")

    def test_a_public_header_names_no_os_and_no_other_library(self) -> None:
        self.add("reactor/endpoint.hpp", HEADER + "#include <netinet/in.h>\n")
        self.add("protocols/hello/session.hpp", HEADER + "#include <fmt/format.h>\n")
        self.assert_broken("protocols/hello/session.hpp:2: not <fmt/format.h>",
                           "reactor/endpoint.hpp:2: not <netinet/in.h>")

    def test_a_public_header_includes_no_internal_one(self) -> None:
        self.add("reactor/internal/wake.hpp", HEADER)
        self.add("reactor/endpoint.hpp", HEADER + '#include "reactor/internal/wake.hpp"\n')
        self.assert_broken("reactor/endpoint.hpp:2: reactor/internal/wake.hpp, which is not installed")

    def test_an_include_names_a_file_that_exists(self) -> None:
        self.add("reactor/timer.cpp", '#include "reactor/timer.hpp"\n')
        self.assert_broken("reactor/timer.cpp:1: reactor/timer.hpp does not exist")

    def test_an_include_starts_at_the_root(self) -> None:
        self.add("reactor/timer.cpp", '#include "event_loop.hpp"\n')
        self.assert_broken('reactor/timer.cpp:1: "event_loop.hpp" must be named from the root')

    def test_a_library_does_not_know_the_build(self) -> None:
        self.add("reactor/timer.cpp", '#include "build_info.hpp"\n')
        self.assert_broken("reactor/timer.cpp:1: a library must not include build_info.hpp")

    def test_os_conditions_stay_in_their_files(self) -> None:
        for condition in [
                "#ifdef __linux__", "# if defined(__APPLE__) && X", "#elif !defined(__FreeBSD__)", "#if defined(HALO_HAS_EPOLL)"
        ]:
            with self.subTest(condition):
                self.add("reactor/event_loop.cpp", condition + "\n")
                self.assert_broken("reactor/event_loop.cpp:1: a condition on ")

    def test_a_header_has_pragma_once(self) -> None:
        self.add("tests/support/clock.hpp", "#ifndef CLOCK\n#define CLOCK\n#endif\n")
        self.assert_broken("tests/support/clock.hpp:1: a header needs #pragma once")

    def test_a_file_is_at_most_400_lines(self) -> None:
        self.add("reactor/long.cpp", "//\n" * 400)
        self.assert_kept()
        self.add("reactor/long.cpp", "//\n" * 401)
        self.assert_broken("reactor/long.cpp:401: 401 lines, at most 400")

    def test_nothing_lands_unfinished(self) -> None:
        for mark in ["TO" + "DO", "FIX" + "ME", "X" * 3]:
            with self.subTest(mark):
                self.add("tests/CMakeLists.txt", f"# {mark}: later\n")
                self.assert_broken(f"tests/CMakeLists.txt:1: {mark}: finish it")

    def test_a_temporary_name_is_not_a_mark(self) -> None:
        self.add("tests/file_test.cpp", f'// mkdtemp("halo.{"X" * 6}")\n')
        self.assert_kept()

    def test_a_tab_is_a_breach(self) -> None:
        self.add("README.md", "one\n\ttwo\n")
        self.assert_broken("README.md:2: a tab")

    def test_the_exit_code_tells(self) -> None:
        with contextlib.redirect_stdout(io.StringIO()) as output, contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual(layers.main([str(self.root)]), 0)
            self.assertEqual(output.getvalue(), "")
            self.add("reactor/timer.hpp", "")
            self.assertEqual(layers.main([str(self.root)]), 1)
            self.assertEqual(output.getvalue(), "reactor/timer.hpp:1: a header needs #pragma once\n")
            self.assertEqual(layers.main(["--help"]), 2)
            self.assertEqual(layers.main([str(self.root / "reactor")]), 2)


if __name__ == "__main__":
    unittest.main()
