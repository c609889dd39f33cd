# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
"""Key pairs made from a label alone, so that the same vectors come out every time. None
of them is a secret. RSA is done here, as its keys and PSS salts would else be random;
elliptic curves are the openssl command's, which has to know deterministic ECDSA (3.2)."""

import hashlib
import math
import os
import subprocess
import tempfile

import der

P192 = '1.2.840.10045.3.1.1'
P224 = '1.3.132.0.33'
P256 = '1.2.840.10045.3.1.7'
P384 = '1.3.132.0.34'
P521 = '1.3.132.0.35'
K256 = '1.3.132.0.10'
BRAINPOOL256 = '1.3.36.3.3.2.8.1.1.7'
EC_KEY = '1.2.840.10045.2.1'
ED25519 = '1.3.101.112'
ED448 = '1.3.101.113'
RSA_KEY = '1.2.840.113549.1.1.1'
RSA_PSS = '1.2.840.113549.1.1.10'
RSA_MGF1 = '1.2.840.113549.1.1.8'
RSA_SIGNATURES = {
    'md5': '1.2.840.113549.1.1.4',
    'sha1': '1.2.840.113549.1.1.5',
    'sha256': '1.2.840.113549.1.1.11',
    'sha384': '1.2.840.113549.1.1.12',
    'sha512': '1.2.840.113549.1.1.13',
}
DIGESTS = {
    'md5': '1.2.840.113549.2.5',
    'sha1': '1.3.14.3.2.26',
    'sha256': '2.16.840.1.101.3.4.2.1',
    'sha384': '2.16.840.1.101.3.4.2.2',
    'sha512': '2.16.840.1.101.3.4.2.3',
}
ECDSA_SHA1 = '1.2.840.10045.4.1'
ECDSA_SHA256 = '1.2.840.10045.4.3.2'
ECDSA_SHA384 = '1.2.840.10045.4.3.3'
ECDSA_SHA512 = '1.2.840.10045.4.3.4'
SHA256 = DIGESTS['sha256']

RSA_BITS = 2048
SALT_SIZE = 32


def seed(label, size):
    return hashlib.shake_256(b'dance vectors: ' + label.encode()).digest(size)


def openssl(*arguments, stdin=b''):
    return subprocess.run(('openssl',) + arguments, input=stdin, check=True,
                          stdout=subprocess.PIPE).stdout


# What the openssl command reads, for as long as we run.
files = tempfile.TemporaryDirectory(prefix='dance-vectors-')


def write(name, octets):
    path = os.path.join(files.name, name)
    with open(path, 'wb') as file:
        file.write(octets)
    return path


class CurveKey:
    """Ed25519, Ed448, ECDSA."""

    def __init__(self, label, algorithm, private, signature, options):
        self.label = label
        self.options = options
        self.signature_algorithm = signature
        self.private = der.sequence(der.integer(0), algorithm, der.octets(private))
        self.spki = openssl('pkey', '-inform', 'DER', '-pubout', '-outform', 'DER',
                            stdin=self.private)
        self.path = write(hashlib.sha256(self.private).hexdigest(), self.private)

    def sign(self, message):
        return openssl('pkeyutl', '-sign', '-rawin', '-keyform', 'DER', '-inkey', self.path,
                       '-in', write('message', message), *self.options)


def edwards(label, algorithm, size):
    identifier = der.sequence(der.oid(algorithm))
    return CurveKey(label, identifier, der.octets(seed(label, size)), identifier, ())


def ecdsa(label, curve, size, signature, digest):
    number = int.from_bytes(seed(label, size - 1), 'big') + 1  # below the group's order
    private = der.sequence(der.integer(1), der.octets(number.to_bytes(size, 'big')))
    return CurveKey(label, der.sequence(der.oid(EC_KEY), der.oid(curve)), private,
                    der.sequence(der.oid(signature)),
                    ('-digest', digest, '-pkeyopt', 'nonce-type:1'))


# Most numbers that are not prime share a factor with it.
SMALL = math.prod(small for small in range(3, 8000, 2)
                  if all(small % factor for factor in range(3, 90, 2) if factor < small))


def is_prime(number):
    """Fermat to base 2 and Miller-Rabin to a few more: plenty for a test's keys."""
    if math.gcd(number, SMALL) != 1 or pow(2, number - 1, number) != 1:
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in (3, 5, 7, 11, 13):
        power = pow(base, odd, number)
        if power not in (1, number - 1) and \
                all(pow(power, 1 << i, number) != number - 1 for i in range(1, twos)):
            return False
    return True


def prime(label, bits=RSA_BITS // 2, exponent=65537):
    number = int.from_bytes(seed(label, (bits + 7) // 8), 'big') & ((1 << bits) - 1)
    number |= 3 << (bits - 2) | 1
    while not is_prime(number) or math.gcd(number - 1, exponent) != 1:
        number += 2
    return number


class RsaKey:
    """PKCS #1 1.5, or PSS with its parameters in the key (RFC 4055)."""

    def __init__(self, label, pss=False, bits=RSA_BITS, digest='sha256', public=65537):
        self.label = label
        self.pss = pss
        self.bits = bits
        self.digest = digest
        p = prime(label + ' p', (bits + 1) // 2, public)
        q = prime(label + ' q', bits // 2, public)
        self.modulus = p * q
        self.primes = p, q
        self.exponent = pow(public, -1, math.lcm(p - 1, q - 1))
        self.key = der.sequence(der.integer(self.modulus), der.integer(public))
        if pss:
            sha256 = der.sequence(der.oid(SHA256), der.NULL)
            mgf1 = der.sequence(der.oid(RSA_MGF1), sha256)
            identifier = der.sequence(der.oid(RSA_PSS), der.sequence(
                der.explicit(0, sha256), der.explicit(1, mgf1),
                der.explicit(2, der.integer(SALT_SIZE))))
            self.signature_algorithm = identifier
        else:
            identifier = der.sequence(der.oid(RSA_KEY), der.NULL)
            self.signature_algorithm = der.sequence(der.oid(RSA_SIGNATURES[digest]),
                                                    der.NULL)
        self.spki = der.sequence(identifier, der.bits(self.key))

    def sign(self, message):
        size = (self.bits + 7) // 8
        encoded = pss_encode(message, size) if self.pss else \
            pkcs1_encode(message, size, self.digest)
        number = int.from_bytes(encoded, 'big')
        # By the Chinese remainder theorem (RFC 8017 5.1.2), which takes a quarter of the time.
        p, q = self.primes
        by_p = pow(number % p, self.exponent % (p - 1), p)
        by_q = pow(number % q, self.exponent % (q - 1), q)
        number = by_q + (by_p - by_q) * pow(q, -1, p) % p * q
        return number.to_bytes(size, 'big')


def pkcs1_encode(message, size, name):
    """EMSA-PKCS1-v1_5 (RFC 8017 9.2)."""
    digest = der.sequence(der.sequence(der.oid(DIGESTS[name]), der.NULL),
                          der.octets(hashlib.new(name, message).digest()))
    return b'\x00\x01' + b'\xff' * (size - 3 - len(digest)) + b'\x00' + digest


def pss_encode(message, size):
    """EMSA-PSS (RFC 8017 9.1.1), with a salt made from the message."""
    digest = hashlib.sha256(message).digest()
    salt = seed('salt ' + digest.hex(), SALT_SIZE)
    hashed = hashlib.sha256(bytes(8) + digest + salt).digest()
    block = bytes(size - 2 * 32 - 2) + b'\x01' + salt
    mask = b''.join(hashlib.sha256(hashed + i.to_bytes(4, 'big')).digest()
                    for i in range(size // 32 + 1))
    masked = bytes(a ^ b for a, b in zip(block, mask))
    return bytes([masked[0] & 0x7F]) + masked[1:] + hashed + b'\xbc'


KINDS = {
    'ed25519': lambda label: edwards(label, ED25519, 32),
    'ed448': lambda label: edwards(label, ED448, 57),
    'p256': lambda label: ecdsa(label, P256, 32, ECDSA_SHA256, 'sha256'),
    'p384': lambda label: ecdsa(label, P384, 48, ECDSA_SHA384, 'sha384'),
    'rsa': RsaKey,
    'rsa-pss': lambda label: RsaKey(label, pss=True),
}

# Of no use to a publisher, or rare: what a path may not hold, and what it may.
RARE = {
    'p192': lambda label: ecdsa(label, P192, 24, ECDSA_SHA256, 'sha256'),
    'p224': lambda label: ecdsa(label, P224, 28, ECDSA_SHA256, 'sha256'),
    'p521': lambda label: ecdsa(label, P521, 66, ECDSA_SHA512, 'sha512'),
    'k256': lambda label: ecdsa(label, K256, 32, ECDSA_SHA256, 'sha256'),
    'brainpool256': lambda label: ecdsa(label, BRAINPOOL256, 32, ECDSA_SHA256, 'sha256'),
    'p256-sha1': lambda label: ecdsa(label, P256, 32, ECDSA_SHA1, 'sha1'),
    'rsa-512': lambda label: RsaKey(label, bits=512),
    'rsa-1024': lambda label: RsaKey(label, bits=1024),
    'rsa-2047': lambda label: RsaKey(label, bits=2047),
    'rsa-2049': lambda label: RsaKey(label, bits=2049),
    'rsa-3072': lambda label: RsaKey(label, bits=3072),
    'rsa-e3': lambda label: RsaKey(label, public=3),
    'rsa-e33': lambda label: RsaKey(label, public=(1 << 32) + 15),
    **{'rsa-' + digest: lambda label, digest=digest: RsaKey(label, digest=digest)
       for digest in RSA_SIGNATURES if digest != 'sha256'},
}

made = {}


def key(label, kind='ed25519'):
    """The key of this label, made once."""
    if (label, kind) not in made:
        make = KINDS.get(kind) or RARE[kind]
        made[label, kind] = make(kind + ' ' + label)
    return made[label, kind]
