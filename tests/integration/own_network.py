"""Runs a command in a network of its own, where the kernel gives out one port only.

usage: own_network.py PORT COMMAND [ARGUMENT]...        exits 77 where the system does not allow that

A connect to that port on the loopback address has no other port to come from, so it reaches itself: what happens once in
thousands of tries elsewhere happens here at once.
"""

import ctypes
import fcntl
import os
import pathlib
import socket
import struct
import sys

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1


def enter(port: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0 and libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
    pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").write_text(f"{port} {port}", encoding="ascii")


if __name__ == "__main__":
    try:
        enter(sys.argv[1])
    except OSError as error:
        print(f"skipped: no network of its own for a test: {error}")
        sys.exit(77)
    os.execv(sys.argv[2], sys.argv[2:])
