"""hello over IPv6. Where the system has none, this says so and ctest counts the test as skipped."""

import socket
import sys

import programs
from hello import line_session


@programs.for_each(programs.all_servers())
class HelloIpv6:
    def test_talks_over_ipv6(self) -> None:
        server = self.serve("--host", "::1")
        self.assertIn(f"listening on [::1]:{server.address[1]} (", server.start_line)
        client = server.connect()
        client.send(b"Lambda\nBond")
        client.end()
        client.expect_rest(line_session(b"Lambda\nBond"))


@programs.for_each(programs.all_udp_servers())
class HelloUdpIpv6:
    def test_talks_over_ipv6(self) -> None:
        server = self.variant.start("--host", "::1")
        self.addCleanup(server.stop)
        self.assertIn(f"listening on [::1]:{server.address[1]} (", server.start_line)
        end = programs.run("hello-client", "--udp", "--host", "::1", "--port", str(server.address[1]), "Lambda", "Bond")
        self.assertEqual(programs.Exit(0, "Hello, Lambda!\nHello, Bond!\n", ""), end)

    def test_a_wildcard_answers(self) -> None:
        server = self.variant.start("--host", "::")
        self.addCleanup(server.stop)
        end = programs.run("hello-client", "--udp", "--host", "::1", "--port", str(server.address[1]), "Lambda")
        self.assertEqual(programs.Exit(0, "Hello, Lambda!\n", ""), end)


@programs.for_each(programs.event_driven())
class AddressesOfIpv6:
    def test_have_a_maximum_of_connections(self) -> None:
        server = self.serve("--host", "::1", "--connections-per-address", "1")
        server.connect_welcomed()
        server.connect().expect_closed()


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


if __name__ == "__main__":
    if not has_ipv6():
        print("skipped: ::1 is no address of this machine")
        sys.exit(77)
    programs.main()
