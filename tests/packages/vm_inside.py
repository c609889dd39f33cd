# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Runs in the sandbox of a unit, as an ExecStartPre= of it, and says what can be done there: a line
# "can WHAT" or "cannot WHAT" for each thing. It does not know what should be so.

import ctypes
import mmap
import os
import socket
import sys

libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWUSER, CLONE_NEWNET, PR_SET_DUMPABLE = 0x10000000, 0x40000000, 4


def _write(path):
    def attempt():
        name = os.path.join(path, "dance-vm-test")
        with open(name, "w", encoding="ascii"):
            pass
        os.remove(name)
    return attempt


def _read(path):
    def attempt():
        with open(path, "rb") as file:
            file.read(1)
    return attempt


def _call(name, *arguments):
    def attempt():
        if getattr(libc, name)(*arguments) != 0:
            raise OSError(ctypes.get_errno(), name)
    return attempt


def _socket(family, kind, protocol=0):
    return lambda: socket.socket(family, kind, protocol).close()


def _bind_low():
    with socket.socket(socket.AF_INET) as one:
        one.bind(("127.0.0.99", 853))


def _see_others():
    if not os.path.exists("/proc/1/status"):
        raise OSError("hidden")


def _run_written_memory():
    libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    area = mmap.mmap(-1, mmap.PAGESIZE)
    at = ctypes.addressof(ctypes.c_char.from_buffer(area))
    if libc.mprotect(at, mmap.PAGESIZE, mmap.PROT_READ | mmap.PROT_EXEC) != 0:
        raise OSError(ctypes.get_errno(), "mprotect")


def _be_root():
    os.setresuid(0, 0, 0)


ATTEMPTS = {
    **{f"write to {path}": _write(path) for path in (
        "/etc", "/etc/dance", "/usr/sbin", "/var", "/var/lib", "/var/tmp", "/run", "/tmp", "/root",
        "/home", "/dev", "/dev/shm", "/boot", "/sys", "/proc/sys/net", "/run/systemd",
        "/run/dance-front", "/run/dance-ask")},
    **{f"read {path}": _read(path) for path in (
        "/etc/dance/dance-front.conf", "/etc/dance/dance-front.key", "/etc/dance/dance-ask.conf",
        "/usr/share/dns/root.key", "/etc/shadow", "/dev/urandom", "/dev/vda", "/proc/kmsg",
        "/run/credentials/dance-front.service/key")},
    "bind port 853": _bind_low,
    "use TCP": _socket(socket.AF_INET6, socket.SOCK_STREAM),
    "use UNIX sockets": _socket(socket.AF_UNIX, socket.SOCK_STREAM),
    "use netlink": _socket(socket.AF_NETLINK, socket.SOCK_RAW),
    "use packets": _socket(socket.AF_PACKET, socket.SOCK_RAW),
    "make a user namespace": _call("unshare", CLONE_NEWUSER),
    "make a network namespace": _call("unshare", CLONE_NEWNET),
    "mount": _call("mount", b"none", b"/tmp", b"tmpfs", 0, None),
    "set the clock": _call("settimeofday", ctypes.byref((ctypes.c_long * 2)(1, 0)), None),
    "set the host's name": _call("sethostname", b"x", 1),
    "run what was written": _run_written_memory,
    "become root": _be_root,
    "see other processes": _see_others,
}


def main():
    for what, attempt in ATTEMPTS.items():
        try:
            attempt()
        except OSError:
            print("cannot", what)
        else:
            print("can", what)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
