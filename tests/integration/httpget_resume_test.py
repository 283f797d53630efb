"""httpget -C: what has arrived is kept and gone on with, and only with the rest of the very same bytes."""

import json
import os
import signal

import programs
from clients import SECONDS_MAX
from httpget_case import HttpgetCase
from scripted_server import RangeFile, by_path, response

BODY = os.urandom(300_000)
CUT = 100_000


class Resume(HttpgetCase):
    def setUp(self) -> None:
        super().setUp()
        self.file = RangeFile(BODY)
        self.server = self.serve({"/large": self.file})

    def fetch(self, *arguments: str) -> programs.Exit:
        return self.httpget("-C", "-s", "-S", *arguments, self.server.url("/large"))

    def cut(self) -> None:
        """A first run that gets CUT bytes."""
        self.file.cut_after = CUT
        self.assertEqual(18, self.fetch().code)
        self.file.cut_after = None
        files = self.files()
        self.assertEqual({"large.part", "large.part.json"}, files.keys())
        self.assertEqual(BODY[:CUT], files["large.part"])

    def requests_after_the_cut(self) -> list:
        return self.server.requests[1:]

    def test_goes_on_where_it_was_cut(self) -> None:
        self.cut()
        self.assertEqual({"url": self.server.url("/large"), "validator": '"v1"', "total": len(BODY)},
                         json.loads(self.files()["large.part.json"]))
        self.expect_success(self.fetch(), {"large": BODY})
        (request,) = self.requests_after_the_cut()
        self.assertEqual((f"bytes={CUT}-", '"v1"'), (request.get("Range"), request.get("If-Range")))

    def test_a_whole_download_leaves_no_part(self) -> None:
        self.expect_success(self.fetch(), {"large": BODY})
        self.assertIsNone(self.server.requests[0].get("Range"))

    def test_begins_anew_when_the_body_has_changed(self) -> None:
        self.cut()
        self.file.etag, self.file.body = '"v2"', BODY[::-1]
        self.expect_success(self.fetch(), {"large": BODY[::-1]})
        self.assertEqual(1, len(self.requests_after_the_cut()))

    def test_begins_anew_where_the_server_knows_no_ranges(self) -> None:
        self.cut()
        self.server.script = by_path({"/large": response(BODY)})
        self.expect_success(self.fetch(), {"large": BODY})

    def test_all_was_there_already(self) -> None:
        self.cut()
        (self.folder / "large.part").write_bytes(BODY)
        self.expect_success(self.fetch(), {"large": BODY})
        self.assertEqual([f"bytes={len(BODY)}-"], [request.get("Range") for request in self.requests_after_the_cut()])

    def test_more_was_there_than_there_is(self) -> None:
        """416 with another length: what is there is not this body."""
        self.cut()
        (self.folder / "large.part").write_bytes(BODY + b"more")
        self.expect_success(self.fetch("--retry", "0"), {"large": BODY})

    def test_another_range_than_asked_for_is_refused(self) -> None:
        self.cut()
        before = self.files()
        rest = BODY[CUT - 1:]
        self.server.script = by_path({"/large": response(rest, f"Content-Range: bytes {CUT - 1}-{len(BODY) - 1}/{len(BODY)}",
                                                         'ETag: "v1"', status="206 Partial Content")})
        self.expect_failure(self.fetch(), 33, "Fix: ", before)

    def test_a_part_of_another_length_is_refused(self) -> None:
        self.cut()
        before = self.files()
        rest = BODY[CUT:]
        self.server.script = by_path({"/large": response(rest, f"Content-Range: bytes {CUT}-{len(BODY) - 1}/{len(BODY) + 1}",
                                                         'ETag: "v1"', status="206 Partial Content")})
        self.expect_failure(self.fetch(), 33, "Fix: ", before)

    def test_the_rest_of_a_body_that_has_grown_is_refused(self) -> None:
        """It fits where it is put, and ends where it says, but the first run was told of another whole."""
        self.cut()
        before = self.files()
        self.file.body = BODY + b"more"  # of the same ETag
        self.expect_failure(self.fetch(), 33, "Fix: ", before)

    def test_a_rest_of_another_length_than_it_says_is_no_whole(self) -> None:
        """Chunks end where they end: only the count tells that they were not the range. Another run then gets it right."""
        for rest in (BODY[CUT:-1], BODY[CUT:] + b"more"):
            with self.subTest(bytes=len(rest)):
                self.cut()
                range_file = self.server.script
                one_chunk = b"%x\r\n%b\r\n0\r\n\r\n" % (len(rest), rest)
                self.server.script = by_path({"/large": response(one_chunk, "Transfer-Encoding: chunked", 'ETag: "v1"',
                                                                 f"Content-Range: bytes {CUT}-{len(BODY) - 1}/{len(BODY)}",
                                                                 status="206 Partial Content", length=False)})
                end = self.fetch("--retry", "0")
                self.assertEqual(33, end.code)
                self.assertRegex(end.stderr, "Fix: ")
                self.assertNotIn("large", self.files())
                self.server.script = range_file
                self.expect_success(self.fetch("--retry", "0"), {"large": BODY})
                os.unlink(self.folder / "large")

    def test_a_whole_that_nobody_knows_is_gone_on_with(self) -> None:
        self.cut()
        self.server.script = by_path({"/large": response(BODY[CUT:], f"Content-Range: bytes {CUT}-{len(BODY) - 1}/*",
                                                         'ETag: "v1"', status="206 Partial Content")})
        self.expect_success(self.fetch(), {"large": BODY})

    def test_a_part_of_another_body_is_refused(self) -> None:
        """A server that knows ranges and not If-Range tells by the ETag that the rest is not ours."""
        self.cut()
        before = self.files()
        self.server.script = by_path({"/large": response(BODY[CUT:], f"Content-Range: bytes {CUT}-{len(BODY) - 1}/{len(BODY)}",
                                                         'ETag: "v2"', status="206 Partial Content")})
        self.expect_failure(self.fetch(), 33, "Fix: ", before)

    def test_error_pages_do_not_touch_the_part(self) -> None:
        self.cut()
        before = self.files()
        for status, code in (("404 Not Found", 22), ("503 Service Unavailable", 22)):
            self.server.script = by_path({"/large": response(b"sorry", status=status)})
            self.expect_failure(self.fetch(), code, status, before)

    def test_another_urls_part_is_not_gone_on_with(self) -> None:
        self.cut()
        self.server.script = by_path({"/x/large": self.file})
        end = self.httpget("-C", "-s", "-S", self.server.url("/x/large"))
        self.expect_success(end, {"large": BODY})
        self.assertIsNone(self.server.requests[-1].get("Range"))

    def test_a_weak_etag_is_none(self) -> None:
        self.file.etag = 'W/"v1"'
        self.file.cut_after = CUT
        self.assertEqual(18, self.fetch().code)
        self.assertEqual({"large.part": BODY[:CUT]}, self.files())
        self.file.cut_after = None
        self.expect_success(self.fetch(), {"large": BODY})
        self.assertIsNone(self.server.requests[-1].get("Range"))

    def test_retry_goes_on_within_one_run(self) -> None:
        def cut_once(peer, request) -> None:
            self.file.cut_after = CUT if len(self.server.requests) == 1 else None
            self.file(peer, request)

        self.server.script = by_path({"/large": cut_once})
        self.expect_success(self.fetch("--retry", "1"), {"large": BODY})
        self.assertEqual([None, f"bytes={CUT}-"], [request.get("Range") for request in self.server.requests])

    def test_a_signal_keeps_the_part(self) -> None:
        def stall(peer, _request) -> None:
            peer.send(response(b"", f"Content-Length: {len(BODY)}", 'ETag: "v1"', length=False), BODY[:CUT])
            peer.wait_for_close()

        self.server.script = by_path({"/large": stall})
        for number in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(signal=number.name):
                for left in self.files():  # by the signal before: a part is there when this run has made it
                    os.unlink(self.folder / left)
                process = self.start("-C", "-O", self.server.url("/large"))
                programs.wait_until("a part is there", lambda: len(self.files().get("large.part", b"")) == CUT)
                process.send_signal(number)
                process.wait(SECONDS_MAX)
                self.assertEqual({"large.part", "large.part.json"}, self.files().keys())
        self.server.script = by_path({"/large": self.file})
        self.expect_success(self.fetch(), {"large": BODY})
        self.assertEqual(f"bytes={CUT}-", self.server.requests[-1].get("Range"))

    def test_two_runs_do_not_share_a_part(self) -> None:
        def stall(peer, _request) -> None:
            peer.send(response(b"", f"Content-Length: {len(BODY)}", 'ETag: "v1"', length=False), BODY[:CUT])
            peer.wait_for_close()

        self.server.script = by_path({"/large": stall})
        self.start("-C", "-O", self.server.url("/large"))
        programs.wait_until("a part is there", lambda: len(self.files().get("large.part", b"")) == CUT)
        before = self.files()
        self.expect_failure(self.fetch(), 23, "large", before)


if __name__ == "__main__":
    programs.main()
