"""Runs a command in a network of its own, where IPv6 swallows what is sent.

usage: black_hole.py COMMAND [ARGUMENT]...        exits 77 where the system does not allow that

There the host `twofold` has two addresses: one of IPv6, to which there is a route and where nobody ever answers, and 127.0.0.1.
The system's resolver names that of IPv6 first, as it does wherever IPv6 seems to work.
"""

import ctypes
import fcntl
import os
import pathlib
import socket
import struct
import sys
import tempfile
import time

CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x00020000, 0x10000000, 0x40000000
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
SIOCADDRT, SIOCSIFFLAGS, SIOCSIFADDR, IFF_UP, RTF_UP = 0x890B, 0x8914, 0x8916, 1, 1
IFA_F_TENTATIVE, SECONDS_MAX = 0x40, 30
OURS, SWALLOWED = "2001:db8:1::1", "2001:db8:2::1"  # of the range for documentation, RFC 3849
HOSTS = f"127.0.0.1 localhost\n{SWALLOWED} twofold\n127.0.0.1 twofold\n"

libc = ctypes.CDLL(None, use_errno=True)


def check(result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def enter() -> None:
    apart = CLONE_NEWNET | CLONE_NEWNS
    if libc.unshare(apart) != 0:
        check(libc.unshare(CLONE_NEWUSER | apart))
    check(libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None))
    with tempfile.NamedTemporaryFile("w", encoding="ascii") as hosts:
        hosts.write(HOSTS)
        hosts.flush()
        os.chmod(hosts.name, 0o644)
        check(libc.mount(hosts.name.encode(), b"/etc/hosts", None, MS_BIND, None))
    loopback = socket.if_nametoindex("lo")
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
        # An address of a global kind, or the resolver would think little of IPv6: struct in6_ifreq.
        fcntl.ioctl(any_socket, SIOCSIFADDR, struct.pack("=16sIi", socket.inet_pton(socket.AF_INET6, OURS), 128, loopback))
        # What goes to the loopback interface comes back, and is for nobody here: struct in6_rtmsg.
        fcntl.ioctl(any_socket, SIOCADDRT, struct.pack("@16s16s16sIHHILIi", socket.inet_pton(socket.AF_INET6, SWALLOWED), b"",
                                                       b"", 0, 128, 0, 1, 0, RTF_UP, loopback))
    wait_for_address()


def wait_for_address() -> None:
    """The kernel looks for other owners of an address in the background, even on loopback; until then the resolver avoids it."""
    ours = socket.inet_pton(socket.AF_INET6, OURS).hex()
    deadline = time.monotonic() + SECONDS_MAX
    while True:
        flags = [int(line.split()[4], 16) for line in pathlib.Path("/proc/net/if_inet6").read_text().splitlines() if line.startswith(ours)]
        if flags and not flags[0] & IFA_F_TENTATIVE:
            return
        if time.monotonic() > deadline:
            raise AssertionError(f"{OURS} never became usable")
        time.sleep(0.002)


if __name__ == "__main__":
    try:
        enter()
    except OSError as error:
        print(f"skipped: no network of its own for a test: {error}")
        sys.exit(77)
    os.execv(sys.argv[1], sys.argv[1:])
