"""httpget follows redirects where it may, and tells nobody what was meant for another."""

import programs
from httpget_case import HttpgetCase
from scripted_server import redirect, response

BODY = b"arrived\n"


class Redirects(HttpgetCase):
    def test_relative_and_absolute_ones_are_followed(self) -> None:
        server = self.serve({})
        server.script = self.by_target({"/a/b": redirect("../c"), "/c": redirect("?x=1"), "/c?x=1": redirect(server.url("/e")),
                                        "/e": response(BODY)})
        self.expect_success(self.httpget("-O", server.url("/a/b")), {"b": BODY})
        self.assertEqual(["/a/b", "/c", "/c?x=1", "/e"], [request.target for request in server.requests])

    def by_target(self, answers: dict[str, bytes]):
        def script(peer) -> None:
            while request := peer.read_request():
                peer.send(answers[request.target])

        return script

    def test_only_the_final_head_is_printed(self) -> None:
        server = self.serve({"/": redirect("/x"), "/x": response(BODY)})
        end = self.httpget("-o", "f", "-v", server.url())
        self.assertEqual((0, {"f": BODY}), (end.code, self.files()))
        self.assertRegex(end.stderr, r"(?m)^< HTTP/1\.1 302 Found$")
        end = self.httpget(server.url())
        self.assertEqual(1, end.stdout.count("HTTP/1.1"), end.stdout)

    def test_a_loop_ends(self) -> None:
        server = self.serve({"/": redirect("/")})
        self.expect_failure(self.httpget(server.url()), 47, "Fix: ")
        self.assertEqual(21, len(server.requests))

    def test_the_number_is_the_users(self) -> None:
        server = self.serve({"/": redirect("/1"), "/1": redirect("/2"), "/2": response(BODY)})
        self.expect_failure(self.httpget("--max-redirs", "1", server.url()), 47, "")
        self.expect_success(self.httpget("--max-redirs", "2", "-O", server.url()), {"index.html": BODY})

    def test_none_are_followed_when_none_shall_be(self) -> None:
        server = self.serve({"/": redirect("/x")})
        end = self.httpget("--no-location", server.url())
        self.expect_success(end, {"index.html": b"moved\n"})
        self.assertIn("Location: /x", end.stdout)

    def test_other_schemes_are_refused(self) -> None:
        for target in ("file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:25/x", "javascript:alert(1)"):
            with self.subTest(target=target):
                server = self.serve({"/": redirect(target)})
                self.expect_failure(self.httpget(server.url()), 47, "")

    def test_line_breaks_in_a_location_are_refused(self) -> None:
        other = self.serve({"/": response(BODY)})
        server = self.serve({"/": redirect(f"{other.url()}\x01x")})
        end = self.httpget(server.url())
        self.assertIn(end.code, (8, 47), end)  # the parser's verdict, or the redirect's
        self.assertEqual(({}, []), (self.files(), other.requests))

    def test_credentials_stay_with_their_origin(self) -> None:
        other = self.serve(lambda peer: peer.read_request() and peer.send(response(BODY)))
        server = self.serve({"/": redirect("/same"), "/same": redirect(other.url("/other"))})
        arguments = ("-O", "-u", "user:password", "-H", "Cookie: a=b", "-H", "X-Other: stays")
        self.expect_success(self.httpget(*arguments, server.url()), {"index.html": BODY})
        first, same = server.requests
        for request in (first, same):
            self.assertEqual("Basic dXNlcjpwYXNzd29yZA==", request.get("Authorization"))
            self.assertEqual("a=b", request.get("Cookie"))
        (elsewhere,) = other.requests
        self.assertIsNone(elsewhere.get("Authorization"))
        self.assertIsNone(elsewhere.get("Cookie"))
        self.assertEqual("stays", elsewhere.get("X-Other"))

    def test_methods_change_as_browsers_change_them(self) -> None:
        for status, method, body in (("301 Moved", "GET", b""), ("302 Found", "GET", b""), ("303 See Other", "GET", b""),
                                     ("307 Temporary", "POST", b"a=1"), ("308 Permanent", "POST", b"a=1")):
            with self.subTest(status=status):
                server = self.serve({"/": redirect("/x", status), "/x": response(BODY)})
                self.assertEqual(0, self.httpget("-O", "-d", "a=1", server.url()).code)
                self.assertEqual((method, body), (server.requests[-1].method, server.requests[-1].body))

    def test_a_redirects_body_is_not_waited_for(self) -> None:
        def endless(peer, _request) -> None:
            peer.send(response(b"", "Location: /x", status="302 Found", length=False) + b"x" * 100_000)
            peer.wait_for_close()

        server = self.serve({"/": endless, "/x": response(BODY)})
        self.expect_success(self.httpget("-O", server.url()), {"index.html": BODY})


if __name__ == "__main__":
    programs.main()
