# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Keys in a PKCS#11 token: one of SoftHSM, which programs with OpenSSL reach by a provider. It does
# not know who signs with them.

import glob
import os
import shutil

from process import run

PIN = "471147"
MODULE = "/usr/lib/softhsm/libsofthsm2.so"  # as in the sample


def _first(*patterns):
    found = [path for pattern in patterns for path in sorted(glob.glob(pattern))]
    return found[0] if found else None


def missing():
    """What is not there on this system; nothing: a token can be had."""
    wanted = {"softhsm2-util": shutil.which("softhsm2-util"),
              "p11tool": shutil.which("p11tool"),
              "SoftHSM's module": _first(MODULE, "/usr/lib/*/softhsm/libsofthsm2.so"),
              "OpenSSL's provider for PKCS#11": _first("/usr/lib/*/ossl-modules/pkcs11.so")}
    return [what for what, path in wanted.items() if not path]


class Token:
    """One token, in a folder of its own, with the configuration by which OpenSSL finds it."""

    def __init__(self, folder, label="dance", sample=None):
        self.folder = folder
        self.label = label
        self.tokens = os.path.join(folder, "tokens")
        os.makedirs(self.tokens)
        self.pin_file = self.put("pin", PIN + "\n")
        self.module = _first(MODULE, "/usr/lib/*/softhsm/libsofthsm2.so")
        self.softhsm = self.put("softhsm2.conf",
                                f"directories.tokendir = {self.tokens}\n"
                                "objectstore.backend = file\nlog.level = ERROR\n")
        with open(sample, encoding="ascii") as file:
            self.text = file.read()
        self.openssl = self.put("openssl.cnf", self.text.replace(MODULE, self.module))
        self.environment = {"SOFTHSM2_CONF": self.softhsm, "OPENSSL_CONF": self.openssl}
        self._util("--init-token", "--free", "--label", label, "--so-pin", PIN)

    def put(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(path, 0o600)
        return path

    def _util(self, *arguments):
        # What it reads OpenSSL's configuration for is not to be the token itself.
        run("softhsm2-util", *arguments, "--pin", PIN,
            env={**os.environ, "SOFTHSM2_CONF": self.softhsm})

    def keep(self, key, name, number):
        """Moves a key into the token; its file stays, for those who publish it."""
        self._util("--import", key.path, "--token", self.label, "--label", name,
                   "--id", f"{number:02x}")
        return self.uri(name)

    def make(self, name, number):
        """Has the token make a key, which never leaves it: its private and its public half are
        objects of their own."""
        run("p11tool", f"--provider={self.module}", "--login", "--batch",
            "--generate-privkey=ECDSA", "--curve=secp256r1", f"--label={name}",
            f"--id={number:02x}", f"pkcs11:token={self.label}",
            env={**os.environ, "SOFTHSM2_CONF": self.softhsm, "GNUTLS_PIN": PIN})
        return self.uri(name)

    def keep_certificate(self, path, name, number):
        """The certificate of a key that it has, as an object of its own."""
        run("p11tool", f"--provider={self.module}", "--login", "--batch", "--write",
            f"--load-certificate={path}", f"--label={name}", f"--id={number:02x}",
            f"pkcs11:token={self.label}",
            env={**os.environ, "SOFTHSM2_CONF": self.softhsm, "GNUTLS_PIN": PIN})
        return self.uri(name, kind="cert")

    def belong_to(self, user, group, whole=True):
        """All that is in its folder, or only what the token itself keeps, is this user's and
        nobody else's."""
        top = self.folder if whole else self.tokens
        for folder, _, files in os.walk(top):
            for path, mode in ((folder, 0o700), *((os.path.join(folder, name), 0o600)
                                                  for name in files)):
                shutil.chown(path, user, group)
                os.chmod(path, mode)

    def lose_files(self):
        """As if the file system that it keeps its objects in were gone."""
        os.rename(self.tokens, self.tokens + ".lost")

    def have_files_again(self):
        os.rename(self.tokens + ".lost", self.tokens)

    def uri(self, name, pin=None, token=None, kind="private"):
        """Of the key of this name; by the file of the PIN, or with the PIN itself."""
        query = f"pin-value={pin}" if pin else f"pin-source=file:{self.pin_file}"
        return f"pkcs11:token={token or self.label};object={name};type={kind}?{query}"

    def be_fickle(self, module):
        """From the next start on it can be taken out, and be slow: fickle_token.c."""
        text = self.put("openssl.cnf", self.text.replace(MODULE, module))
        self.environment.update(OPENSSL_CONF=text, FICKLE_TOKEN_MODULE=self.module,
                                FICKLE_TOKEN_FOLDER=self.folder)

    def begin(self, what):
        """gone or slow."""
        self.put(what, "")

    def end(self, what):
        os.unlink(os.path.join(self.folder, what))
