# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Who signed what. Python has no public keys, so the openssl command is asked: one question a
# signature, which is remembered. It is asked for nothing else.

import hashlib
import os
import pathlib
import subprocess
import tempfile

import der
import keys

_answers = {}
_folder = tempfile.TemporaryDirectory(prefix="oracle-")
_FOLDER = pathlib.Path(_folder.name)
# Nobody's configuration, and so a quicker start.
_ENVIRONMENT = {**os.environ, "OPENSSL_CONF": "/dev/null"}
asked = 0


def _ask(key, method, signed, signature):
    global asked
    asked += 1
    for name, content in (("key", key.spki), ("signed", signed), ("signature", signature)):
        (_FOLDER / name).write_bytes(content)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key",
               "-rawin", "-in", "signed", "-sigfile", "signature"]
    if method.digest:
        command += ["-digest", method.digest]
    if method.salt is not None:
        command += ["-pkeyopt", "rsa_padding_mode:pss", "-pkeyopt",
                    f"rsa_pss_saltlen:{method.salt}",
                    "-pkeyopt", f"rsa_mgf1_md:{method.digest}"]
    return subprocess.run(command, cwd=_FOLDER, env=_ENVIRONMENT, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, check=False).returncode == 0


def check(certificate, spki, old=False):
    """A Fault unless the key signed the certificate; `old`: SHA-1 and MD5 will do."""
    key = keys.read_key(spki)
    signature = der.octets(certificate.signature_value)
    method = keys.method(certificate.algorithm, key, signature, old)
    question = hashlib.sha256(b"".join(
        hashlib.sha256(each).digest() for each in
        (spki, certificate.signed, certificate.algorithm, signature))).digest()
    if question not in _answers:
        _answers[question] = _ask(key, method, certificate.signed, signature)
    if not _answers[question]:
        raise der.Fault("a signature that does not verify")
