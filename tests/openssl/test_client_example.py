#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The client that the manual dance_openssl(3) gives as an example goes on with the server of the
# record, and sends nothing to another one. Usage: test_client_example.py CLIENT

import os
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import unittest

from test_example import ENVIRONMENT, certificate

CLIENT = os.path.abspath(sys.argv[1])


class ClientExample(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="dance-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.digest = certificate(self.folder, "server")
        certificate(self.folder, "stranger")

    def serve(self, listener, name, read):
        """Notes what a server with that certificate reads of one client."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(self.folder, f"{name}.pem"),
                                os.path.join(self.folder, f"{name}.key"))
        plain, _ = listener.accept()
        plain.settimeout(30)
        try:
            with context.wrap_socket(plain, server_side=True) as connection:
                read.append(connection.recv(100))
        except OSError:
            read.append(b"")

    def go(self, name):
        """What the server reads, and what the client says of it."""
        read = []
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(30)
            server = threading.Thread(target=self.serve, args=(listener, name, read))
            server.start()
            client = subprocess.run(
                [CLIENT, "127.0.0.1:%d" % listener.getsockname()[1]], cwd=self.folder,
                env={**ENVIRONMENT, "DANCE_TEST_DIGEST": self.digest}, text=True,
                capture_output=True, timeout=60)
            server.join()
        return read, client.stdout

    def test_who_is_gone_on_with(self):
        read, said = self.go("server")
        self.assertEqual([b"hello\n"], read)
        self.assertIn("allow", said)
        self.assertIn(self.digest, said)
        read, said = self.go("stranger")
        self.assertEqual([b""], read)
        self.assertIn("mismatch", said)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
