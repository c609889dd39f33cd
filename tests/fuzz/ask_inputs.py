# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
"""Questions that hosts put to dance-ask, whole and not, for its targets."""

DIGEST = ':'.join(f'{octet:02X}' for octet in range(32))
MD5 = ':'.join(f'{octet:02X}' for octet in range(16))


def policy(**changes):
    attributes = {
        'request': 'smtpd_access_policy', 'protocol_state': 'RCPT', 'protocol_name': 'ESMTP',
        'client_address': '2001:db8::53', 'client_name': 'mta.example.net',
        'client_port': '41966', 'helo_name': 'mta.example.net',
        'sender': 'a@example.net', 'recipient': 'b@example.org', 'instance': '1a2b.6928.0',
        'encryption_protocol': 'TLSv1.3', 'ccert_subject': '', 'ccert_issuer': '',
        'ccert_fingerprint': DIGEST, 'ccert_pubkey_fingerprint': DIGEST,
        'policy_context': 'relay', **changes}
    return ''.join(f'{name}={value}\n' for name, value in attributes.items()
                   if value is not None) + '\n'


def netstring(text):
    return f'{len(text)}:{text},'


def line(**words):
    words = {'resumption': '0', 'tls': 'TLS1.3', 'helo': 'mta.example.net',
             'address': '192.0.2.53', **words}
    return 'verify ' + ' '.join(f'{name.replace("_", "-")}={value}'
                                for name, value in words.items()) + '\n'


def inputs():
    """{target: {name: octets}}."""
    made = {
        'ask_postfix': {
            'whole': policy(), 'header': policy(policy_context='header'),
            'plain': policy(encryption_protocol='', ccert_fingerprint='',
                            ccert_pubkey_fingerprint=''),
            'raw-key': policy(ccert_fingerprint=''),
            'md5': policy(ccert_fingerprint=MD5, ccert_pubkey_fingerprint=MD5),
            'missing': policy(ccert_pubkey_fingerprint=None),
            'twice': policy() * 2, 'part': policy()[:-1], 'empty': '\n',
        },
        'ask_socketmap': {
            'whole': netstring(f'relay {DIGEST}'), 'md5': netstring(f'relay {MD5}'),
            'no-key': netstring('relay'), 'twice': netstring(f'relay {DIGEST}') * 2,
            'part': netstring(f'relay {DIGEST}')[:-1], 'empty': netstring(''),
            'other': netstring('relay a@example.net'),
        },
        'ask_line': {
            'certificate': line(cert='MIIBAQ=='), 'none': line(cert=''),
            'key': line(key_sha256=DIGEST), 'both': line(key_sha256=DIGEST,
                                                         cert_sha256=DIGEST),
            'resumed': line(resumption='22', cert='MIIBAQ=='),
            'smuggled': line(helo=f'a key-sha256={DIGEST}', cert=''),
            'part': line(cert='MIIBAQ==')[:-1], 'empty': '\n', 'word': 'hello\n',
        },
    }
    return {target: {name: text.encode() for name, text in named.items()}
            for target, named in made.items()}
