# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Key pairs and certificates, made by openssl, and the TLSA data that goes with them.
# It does not know who will show them to whom.

import base64
import hashlib
import os

from process import run


def _der(pem):
    body = [line for line in pem.splitlines() if line and not line.startswith("-----")]
    return base64.b64decode("".join(body))


class Key:
    """A key pair in a file."""

    def __init__(self, path, algorithm="EC"):
        self.path = path
        options = {"EC": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
                   "RSA": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
                   "ED25519": ["-algorithm", "ED25519"]}[algorithm]
        run("openssl", "genpkey", *options, "-quiet", "-out", path)

    @property
    def digest(self):
        public = run("openssl", "pkey", "-in", self.path, "-pubout").stdout
        return hashlib.sha256(_der(public)).hexdigest()

    @property
    def tlsa(self):
        return f"3 1 1 {self.digest}"


class Certificate:
    """A certificate of a key, self-signed or signed by an issuer's, with what the file
    of a TLS client has to hold: itself, then the issuers."""

    def __init__(self, path, key, names=(), issuer=None, subject="/", authority=False):
        self.path = path
        self.key = key
        self.issuer = issuer
        command = ["openssl", "req", "-x509", "-new", "-key", key.path, "-days", "30",
                   "-subj", subject, "-out", path]
        command += ["-addext", f"basicConstraints=critical,CA:{str(authority).upper()}"]
        if names:
            critical = "critical," if subject == "/" else ""
            names = ",".join(f"DNS:{name}" for name in names)
            command += ["-addext", f"subjectAltName={critical}{names}"]
        if issuer:
            command += ["-CA", issuer.path, "-CAkey", issuer.key.path]
        # The system's settings for requests are not ours.
        run(*command, env={**os.environ, "OPENSSL_CONF": "/dev/null"})
        if issuer:
            with open(issuer.path, encoding="ascii") as above, \
                    open(path, "a", encoding="ascii") as file:
                file.write(above.read())

    @property
    def der(self):
        return _der(run("openssl", "x509", "-in", self.path).stdout)

    def tlsa(self, usage=3, selector=1):
        """TLSA record data that names this certificate (0) or its key (1) by SHA-256."""
        digest = self.key.digest if selector else hashlib.sha256(self.der).hexdigest()
        return f"{usage} {selector} 1 {digest}"
