"""hello-client never talks to itself. Where a process may not have a network of its own, ctest counts this as skipped."""

import pathlib
import subprocess
import sys
import unittest

import programs

PORT = "40000"
OWN_NETWORK = [sys.executable, "-B", str(pathlib.Path(__file__).with_name("own_network.py")), PORT]
# Shows that a connect there does reach itself: a test that could not fail would be none.
CONNECT = f"import socket; c = socket.create_connection(('127.0.0.1', {PORT})); print(c.getsockname() == c.getpeername())"
CONNECT_UDP = ("import socket; c = socket.socket(type=socket.SOCK_DGRAM); "
               f"c.connect(('127.0.0.1', {PORT})); print(c.getsockname() == c.getpeername())")


def run(*command: str) -> programs.Exit:
    done = subprocess.run([*OWN_NETWORK, *command], capture_output=True, text=True, timeout=programs.SECONDS_MAX, check=False,
                          stdin=subprocess.DEVNULL)
    return programs.Exit(done.returncode, done.stdout, done.stderr)


class SelfConnect(unittest.TestCase):
    def test_a_connection_to_itself_happens_here(self) -> None:
        self.assertEqual(programs.Exit(0, "True\n", ""), run(sys.executable, "-c", CONNECT))

    def test_hello_client_calls_it_refused(self) -> None:
        end = run(str(programs.BIN_DIR / "hello-client"), "--port", PORT, "Bond")
        self.assertEqual((1, ""), (end.code, end.stdout), end)
        self.assertRegex(end.stderr, rf"\Ahello-client: cannot connect to 127\.0\.0\.1:{PORT}: [^\n]+ Fix: [^\n]+\n\Z")

    def test_a_datagram_to_itself_happens_here(self) -> None:
        self.assertEqual(programs.Exit(0, "True\n", ""), run(sys.executable, "-c", CONNECT_UDP))

    def test_hello_client_over_datagrams_calls_it_so(self) -> None:
        end = run(str(programs.BIN_DIR / "hello-client"), "--udp", "--port", PORT, "Bond")
        self.assertEqual((1, ""), (end.code, end.stdout), end)
        self.assertRegex(end.stderr, rf"\Ahello-client: 0 answers to 1 name from 127\.0\.0\.1:{PORT}: [^\n]+ Fix: start a server [^\n]+\n\Z")


if __name__ == "__main__":
    probe = run("/bin/true")
    if probe.code == 77:
        print(probe.stdout, end="")
        sys.exit(77)
    programs.main()
