"""httpget and https: who is trusted, what is told when nobody is, and the way through a proxy."""

import pathlib
import shutil
import socket
import sys
import tempfile
import threading

import programs
from certificates import Authority
from httpget_case import HttpgetCase, built_with, environment
from scripted_server import redirect, response

BODY = b"secret\n" * 10_000


class Tls(HttpgetCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.keys = pathlib.Path(tempfile.mkdtemp(prefix="halo-keys-"))
        cls.addClassCleanup(shutil.rmtree, cls.keys, ignore_errors=True)
        cls.authority = Authority(cls.keys)
        cls.other = Authority(cls.keys, "other")
        cls.tls = cls.authority.server("DNS:localhost", "IP:127.0.0.1")
        cls.trust = ("--cacert", str(cls.authority.certificate))

    def answer(self, body: bytes = BODY):
        return lambda peer: peer.read_request() and (peer.send(response(body)), peer.wait_for_close())

    def test_a_trusted_server(self) -> None:
        server = self.serve(self.answer(), tls=self.tls)
        end = self.httpget("-s", "-S", "--json", *self.trust, "-o", "f", server.url())
        self.expect_success(end, {"f": BODY})
        self.assertGreater(self.json_of(end)[0]["seconds"]["tls"], 0)

    def test_an_unknown_authority(self) -> None:
        server = self.serve(self.answer(), tls=self.tls)
        self.expect_failure(self.httpget(server.url()), 60, "Fix: ")
        self.expect_failure(self.httpget("--cacert", str(self.other.certificate), server.url()), 60, "Fix: ")
        self.assertEqual([], server.requests)

    def test_another_servers_certificate(self) -> None:
        server = self.serve(self.answer(), tls=self.authority.server("DNS:other.example"))
        self.expect_failure(self.httpget(*self.trust, server.url()), 60, "127.0.0.1")
        self.assertEqual([], server.requests)

    def test_anybody_where_that_is_asked_for(self) -> None:
        server = self.serve(self.answer(), tls=self.tls)
        self.expect_success(self.httpget("-k", "-O", "-s", "-S", server.url()), {"index.html": BODY})

    def test_a_file_that_holds_no_authority(self) -> None:
        (self.keys / "empty.pem").write_bytes(b"nothing\n")
        for path in (str(self.keys / "empty.pem"), "/none.pem"):
            self.expect_failure(self.httpget("--cacert", path, "https://127.0.0.1/"), 77, "Fix: ")

    def test_a_body_until_close_needs_a_proper_end(self) -> None:
        """Without close_notify anybody on the way could have cut it."""
        def cut(peer) -> None:
            peer.read_request()
            peer.send(response(BODY, length=False))
            raw = socket.socket(fileno=peer.socket.detach())
            raw.shutdown(socket.SHUT_WR)
            while raw.recv(65536):
                pass
            raw.close()

        server = self.serve(cut, tls=self.tls)
        self.expect_failure(self.httpget(*self.trust, server.url()), 18, "")

    def test_a_redirect_to_http_is_refused(self) -> None:
        plain = self.serve({"/": response(BODY)})
        server = self.serve(lambda peer: peer.read_request() and peer.send(redirect(plain.url())), tls=self.tls)
        self.expect_failure(self.httpget(*self.trust, server.url()), 47, "Fix: ")
        self.assertEqual([], plain.requests)

    def test_http_may_lead_to_https(self) -> None:
        server = self.serve(self.answer(), tls=self.tls)
        plain = self.serve({"/": redirect(server.url("/x"))})
        self.expect_success(self.httpget("-s", "-S", *self.trust, plain.url()), {"index.html": BODY})

    def test_through_a_proxy(self) -> None:
        server = self.serve(self.answer(), tls=self.tls)

        def tunnel(peer) -> None:
            request = peer.read_request()
            host, _, port = request.target.partition(":")
            with socket.create_connection((host, int(port))) as far:
                peer.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
                threads = [threading.Thread(target=pump, args=pair) for pair in ((peer.socket, far), (far, peer.socket))]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()

        def pump(source, sink) -> None:
            try:
                while data := source.recv(65536):
                    sink.sendall(data)
                sink.shutdown(socket.SHUT_WR)
            except OSError:
                pass

        proxy = self.serve(tunnel)
        for arguments, env in ((("-x", f"127.0.0.1:{proxy.port}"), environment()), ((), environment(https_proxy=proxy.url()))):
            end = self.httpget("-s", "-S", "-o", "f", *self.trust, *arguments, server.url(), env=env)
            self.expect_success(end, {"f": BODY})
        self.assertEqual([("CONNECT", f"127.0.0.1:{server.port}")] * 2,
                         [(request.method, request.target) for request in proxy.requests])

    def test_a_proxy_that_refuses(self) -> None:
        proxy = self.serve(lambda peer: peer.read_request() and peer.send(response(b"no", status="403 Forbidden")))
        self.expect_failure(self.httpget("-x", f"127.0.0.1:{proxy.port}", "https://127.0.0.1:1/"), 56, "403 Forbidden.*Fix: ")


if __name__ == "__main__":
    if not shutil.which("openssl"):
        print("skipped: there is no openssl to make certificates with")
        sys.exit(77)
    if not built_with("OpenSSL"):
        print("skipped: built without TLS")
        sys.exit(77)
    programs.main()
