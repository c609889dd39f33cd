#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The server that the manual dance_openssl(3) gives as an example does what it should: it
# welcomes the client of the record, and nobody else. Usage: test_example.py SERVER

import hashlib
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest

SERVER = os.path.abspath(sys.argv[1])
# The system's settings for certificate requests are not ours.
ENVIRONMENT = {**os.environ, "LC_ALL": "C", "OPENSSL_CONF": "/dev/null"}


def openssl(*words, folder):
    return subprocess.run(["openssl", *words], cwd=folder, env=ENVIRONMENT, check=True,
                          capture_output=True).stdout


def certificate(folder, name):
    """Makes NAME.pem and NAME.key; returns what a record 3 1 1 holds of them."""
    openssl("req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", f"/CN={name}",
            "-keyout", f"{name}.key", "-out", f"{name}.pem", folder=folder)
    spki = openssl("pkey", "-in", f"{name}.key", "-pubout", "-outform", "DER",
                   folder=folder)
    return hashlib.sha256(spki).hexdigest()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Example(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="dance-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        for name in ("server", "stranger"):
            certificate(self.folder, name)
        self.digest = certificate(self.folder, "client")
        self.port = free_port()
        self.server = subprocess.Popen(
            [SERVER, f"127.0.0.1:{self.port}"], cwd=self.folder, text=True,
            env={**ENVIRONMENT, "DANCE_TEST_DIGEST": self.digest},
            stderr=subprocess.PIPE)
        self.addCleanup(self.stop)

    def stop(self):
        if self.server.poll() is None:
            self.server.terminate()
        self.server.communicate(timeout=10)

    def connect(self):
        for _ in range(100):
            try:
                return socket.create_connection(("127.0.0.1", self.port), timeout=10)
            except ConnectionRefusedError:
                self.assertIsNone(self.server.poll())
                time.sleep(0.05)
        self.fail("the server does not listen")

    def come(self, name):
        """What a client with that certificate reads, and what the server says of it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        if name:
            context.load_cert_chain(os.path.join(self.folder, f"{name}.pem"),
                                    os.path.join(self.folder, f"{name}.key"))
        with self.connect() as plain, context.wrap_socket(plain) as connection:
            return connection.recv(100), self.server.stderr.readline()

    def test_who_is_welcome(self):
        read, said = self.come("client")
        self.assertEqual(b"welcome\n", read)
        self.assertIn("allow", said)
        self.assertIn(self.digest, said)
        for name, verdict in (("stranger", "mismatch"), (None, "credential")):
            read, said = self.come(name)
            self.assertEqual(b"", read)
            self.assertIn(verdict, said)
        self.assertEqual(b"welcome\n", self.come("client")[0])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
