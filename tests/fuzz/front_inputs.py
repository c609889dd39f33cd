# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
"""The inputs of the targets that are parts of dance-front, for make_corpus."""

import struct

IDENTITY = """identity:
  - id: ns2
    name: _xfr-client.NS2.example.net.
    address: fd00:da:ce::2
  - id: others
    name: "*.secondaries.example"
    address: 127.0.0.3
"""
FRONT = """front:
  - id: xot
    listen: [ 192.0.2.1@853, 2001:db8::1 ]
    key-file: key.pem
    server: 127.0.0.1@5310
"""
STREAM = """identity:
  - id: devices
    name: "*._device.example.org"
front:
  - id: mqtt
    mode: stream
    listen: [ 192.0.2.1@8883, 2001:db8::1@8883 ]
    key-file: key.pem
    server: /run/dance-mqtt/broker.sock
    identity: devices
"""
CLIENT = """client:
  - id: primary
    listen: 127.0.0.1@5853
    primary: [ 192.0.2.1, 2001:db8::1@853 ]
    name: ns1.example.com
    key-file: "the key.pem"
"""
ONCE = """server: # once
    user: dance-front:dance
    max-connections: 2000
    handshake-timeout: 1m
    idle-timeout: 1h
    extension: 65346
log:
    target: syslog
    level: debug
dns:
    trust-anchor: root.key
    root-hints: "hints \\"quoted\\""
    resolver: [ 127.0.0.1, ::1@5353 ]
    timeout: 300
    max-stale: 1d
"""


def front_conf_inputs(world):
    texts = {
        'plain': IDENTITY + FRONT,
        'client': CLIENT,
        'all': ONCE + IDENTITY + FRONT + """    cert-file: cert.pem
    identity: [ ns2, others ]
    pass: [ transfer, notify, update, any ]
    usage: [ dane-ee, dane-ta, pkix-ta, pkix-ee ]
    ca-file: ca.pem
    require-name: on
""" + CLIENT + """    client-name: _xfr-client.ns2.example.net
    cert-file: cert.pem
    raw-key: on
    ca-file: ca.pem
    pass: transfer
""",
        'no-proxy': """identity:
  - id: a
    name: a.example
    address: 127.0.0.2
""" + FRONT + "    proxy: off\n",
        'late-identity': FRONT + "    identity: others\n" + IDENTITY,
        'unknown-identity': IDENTITY + FRONT + "    identity: [ ns2, ns3 ]\n",
        'no-identity': FRONT,
        'no-ca-file': IDENTITY + FRONT + "    usage: pkix-ee\n",
        'mixed-families': IDENTITY + FRONT + "    proxy: off\n",
        'same-address': IDENTITY + FRONT + "    listen: 127.0.0.1@5853\n" + CLIENT,
        'circle': IDENTITY + FRONT + "    listen: 0.0.0.0@5310\n",
        'stream': STREAM,
        'stream-all': IDENTITY + STREAM + """    alpn: [ mqtt, "a \\"b\\"" ]
    proxy: tls
    source: client
    recheck: off
    idle-timeout: 1h
""" + FRONT.replace("front:\n", "") + "    identity: [ ns2 ]\n    idle-timeout: 5m\n",
        'stream-identity': IDENTITY + STREAM.replace("identity: devices", "identity: ns2") +
                           "    source: identity\n",
        'stream-no-address': STREAM + "    source: identity\n",
        'stream-no-header': STREAM + "    proxy: off\n",
        'stream-no-port': STREAM + "    listen: ::\n",
        'stream-pass': STREAM + "    pass: transfer\n",
        'stream-dns': STREAM.replace("stream", "dns"),
        'many-ports': CLIENT + "    primary: 192.0.2.9@854\n",
        'not-loopback': CLIENT + "    listen: 192.0.2.1@53\n",
        'twice': IDENTITY + IDENTITY + FRONT,
        'no-id': "front:\n    listen: ::\n",
        'no-value': IDENTITY + FRONT + "    proxy:\n    identity: []\n",
        'bad-values': "server:\n    max-connections: 0x10\nlog:\n    level: loud\n",
        'interface': CLIENT + "    listen: fe80::1%lo@53\n",
        'path': CLIENT + "    listen: /run/dns\n",
        'tab': "server:\n\tuser: a\n",
        'other-lines': CLIENT.replace("\n", "\r\n"),
        'nothing': "",
    }
    for name, text in texts.items():
        yield name, text.encode()


EXAMPLE = b'\7example\3com\0'
SOA, OPT, TSIG, IXFR, AXFR = 6, 41, 250, 251, 252


def rr(owner, kind, data, number=1, ttl=0):
    return owner + struct.pack('!HHIH', kind, number, ttl, len(data)) + data


def message(kind, *sections, opcode=0, name=EXAMPLE, number=1, questions=1, flags=0x0100):
    """A message with the records of its three sections."""
    counts = [len(records) for records in sections] + [0] * (3 - len(sections))
    return struct.pack('!HHHHHH', 0xbeef, opcode << 11 | flags, questions, *counts) + \
        (name + struct.pack('!HH', kind, number)) * questions + \
        b''.join(b''.join(records) for records in sections)


def saying(octets, rcode=5, ede=18, text=b'mismatch'):
    return bytes([rcode]) + \
        struct.pack('!IH', ede & 0xffffffff, len(text)) + text + octets


def message_inputs(world):
    soa = rr(EXAMPLE, SOA, b'\2ns\xc0\x0c\4mail\xc0\x0c' + bytes(20))
    opt = rr(b'\0', OPT, b'\0\x0a\0\x0801234567', 4096, 0x8000)
    tsig = rr(b'\3key\0', TSIG, b'\x0bhmac-sha256\0' + bytes(6) + b'\1\x2c\0\x10' +
              bytes(16) + b'\xbe\xef\0\0\0\0', 255)
    whole = message(IXFR, [], [soa], [opt, tsig])
    yield 'axfr', saying(message(AXFR))
    yield 'axfr-edns', saying(message(AXFR, [], [], [opt]), rcode=2, ede=22)
    yield 'axfr-tsig', saying(message(AXFR, [], [], [opt, tsig]), text=b'a\nb\xff' * 60)
    yield 'axfr-chaos', saying(message(AXFR, number=3))
    yield 'ixfr', saying(whole, ede=-1)
    yield 'ixfr-cut', saying(whole[:-1])
    yield 'ixfr-trail', saying(whole + b'trail')
    yield 'long-rcode', saying(whole, rcode=23, ede=0x10000, text=b'')
    yield 'long-rcode-no-edns', saying(message(SOA), rcode=16)
    yield 'notify', saying(message(SOA, [soa], opcode=4), rcode=5, ede=21)
    yield 'update', saying(message(SOA, [], [rr(EXAMPLE, 1, b'', 255)], [opt], opcode=5))
    yield 'other-opcode', saying(message(SOA, opcode=6))
    yield 'other-type', saying(message(65280))
    yield 'two-opts', saying(message(SOA, [], [], [opt, opt]))
    yield 'tsig-first', saying(message(SOA, [], [], [tsig, opt]))
    yield 'odd-opt', saying(message(SOA, [], [], [rr(b'\0', OPT, b'\0\x0a\0\x09012', 512)]))
    yield 'odd-name', saying(message(SOA, name=b'\6a.\\\x1b \xff\1*\0'))
    yield 'long-name', saying(message(SOA, [], [], [opt], name=b'\1\1' * 127 + b'\0'))
    yield 'too-long-name', saying(message(SOA, name=b'\1x' * 128 + b'\0'))
    yield 'pointer', saying(message(SOA, name=b'\xc0\x0c'))
    yield 'no-question', saying(message(SOA, [], [], [opt], questions=0))
    yield 'two-questions', saying(message(SOA, questions=2))
    yield 'response', saying(message(SOA, flags=0x8000))
    yield 'header', saying(whole[:12])
    yield 'no-header', saying(whole[:11])
    yield 'nothing', b''


def passing(*messages):
    """Queries and answers: the latter have QR set."""
    return b''.join(bytes([octets[2] >> 7]) + struct.pack('!H', len(octets)) + octets
                    for octets in messages)


def pending_queries_inputs(world):
    def soa(serial):
        return rr(b'\xc0\x0c', SOA, b'\2ns\xc0\x0c\xc0\x0c' + struct.pack('!I', serial) +
                  bytes(16))

    def answer(kind, *records, flags=0x8000):
        return message(kind, records, flags=flags)
    a = rr(b'\1a\xc0\x0c', 1, b'\xc0\0\2\1')
    axfr, ixfr = message(AXFR), message(IXFR, [], [soa(7)])
    ede = rr(b'\0', OPT, b'\0\x0f\0\x05\0\x12any', 1232)
    yield 'soa', passing(message(SOA), answer(SOA, soa(9)))
    yield 'axfr', passing(axfr, answer(AXFR, soa(9), a, a), answer(AXFR, a, soa(9)))
    yield 'axfr-part', passing(axfr, answer(AXFR, soa(9), a))
    yield 'ixfr', passing(ixfr, answer(IXFR, soa(9), soa(7), a, soa(9), a, soa(9)))
    yield 'ixfr-two', passing(ixfr, answer(IXFR, soa(9), soa(7), soa(8), soa(8), soa(9)),
                              answer(IXFR, soa(9)))
    yield 'ixfr-whole', passing(ixfr, answer(IXFR, soa(9), a, a, soa(9)))
    yield 'ixfr-none', passing(ixfr, answer(IXFR, soa(7)), axfr)
    yield 'refused', passing(axfr, message(AXFR, [], [], [ede], flags=0x8005))
    yield 'same-id', passing(axfr, axfr, answer(AXFR, soa(9), soa(9)))
    yield 'nobody', passing(answer(AXFR, soa(9), soa(9)), axfr)
    yield 'cut', passing(axfr, answer(AXFR, soa(9), a, soa(9))[:-3])
    yield 'trail', passing(axfr, answer(AXFR, soa(9), a, soa(9), a))
    yield 'loop', passing(axfr, answer(AXFR, rr(b'\xc0\x1d', SOA, b'\xc0\x1d' * 2 + bytes(20))))
    yield 'many', passing(*[message(SOA)[:1] + bytes([n]) + message(SOA)[2:]
                            for n in range(140)])


def proxyv2_inputs(world):
    first = {2: bytes([192, 0, 2, 1]), 10: b'\xfd\0\0\xda\0\xce' + bytes(9) + b'\2'}
    mapped = bytes(10) + b'\xff\xff\xc0\0\2\7'
    for name, local in {'mapped': mapped, 'mapped-v6': first[10]}.items():
        yield name, struct.pack('!I', 0x1234) + b''.join(
            struct.pack('!BI', 10, 8883) + address for address in (mapped, local))
    for name, families in {'v4': (2, 2), 'v6': (10, 10), 'v4-v6': (2, 10), 'v6-v4': (10, 2),
                           'v4-none': (2, 0), 'v6-path': (10, 1), 'path': (1, 2)}.items():
        yield name, struct.pack('!I', 0x1234) + b''.join(
            struct.pack('!BI', family, 853) + first.get(family, b'').ljust(16, b'\7')
            for family in families)
    yield 'nothing', b''


def metrics_request_inputs(world):
    get = b'GET /metrics HTTP/1.1\r\nHost: a\r\n'
    yield 'get', get + b'\r\n'
    yield 'head', b'HEAD http://a/metrics?b HTTP/1.0\n\n'
    yield 'accept', get + b'Accept: application/openmetrics-text;version=1.0.0;q=0.6,text/plain' \
        b';version=0.0.4;q=0.3,*/*;q=0.2\r\n\r\n'
    yield 'classic', get + b'Accept: text/plain\r\n\r\n'
    yield 'body', b'POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab'
    yield 'folded', get + b' b\r\n\r\n'
    yield 'hosts', get + get[23:] + b'\r\n'
    yield 'tls', b'\x16\x03\x01\x02\x00\x01\x00\n\n'
    yield 'long', get + b'X: ' + b'y' * 8192
    yield 'part', get
