# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A knotd with mod-dance, against the same knotd that knows the client's key by its own
# list: transfers, and what everybody else notices of clients that are refused while DNS
# is silent.

import base64
import os
import socket
import statistics
import subprocess
import time
from types import SimpleNamespace

import asker
import wire
from contender import PROGRAM, SMALLEST, Contender
from front_stage import NAME
from process import run
from rows import race, ratios, show
from stage import ZONE

TRANSFERS = 400  # in a round
SECONDS = 1
CLIENTS = 8
REFUSED = 2  # clients: they leave some of two processors to others
NATIVE = "127.0.0.12"
CONNECTIONS = 200
QUERIES = 4000
DEAR_NAME = "n0.example.net"
HERE = os.path.dirname(os.path.abspath(__file__))
PAUSE = 0.001  # between queries over UDP


def _pinned(stage, certificate):
    """The same knotd without the module."""
    native = stage.primary(modules={}, zones={ZONE: {"acl": "xot"}}, start=False)
    native.name, native.address = "knotd with cert-key", NATIVE
    native.sections["server"]["listen-tls"] = f"{NATIVE}@853"
    pin = base64.b64encode(bytes.fromhex(certificate.key.digest)).decode("ascii")
    native.sections["acl"] = [{"id": "xot", "protocol": "tls", "action": "transfer",
                               "cert-key": pin}]
    return native


def _start(*servers):
    for server in servers:
        server.sections["log"] = [{"target": "stderr", "any": "info"}]
        with open(server.file(ZONE), "w", encoding="ascii") as file:
            file.write(SMALLEST)
        server.start()


def bench_transfers(stage):
    certificate = stage.certificate(NAME)
    stage.publish(NAME, certificate.tlsa(), ttl=3600)
    native = _pinned(stage, certificate)
    ours = stage.primary([NAME], start=False)
    _start(native, ours)
    pinned = Contender("acl: cert-key", [native], certificate)
    dance = Contender("mod-dance", [ours], certificate)
    print(f"Knot DNS, a zone of one record, a handshake for each transfer, {CLIENTS}"
          " clients")
    race([pinned, dance],
         lambda contender: contender.load(clients=CLIENTS, known=TRANSFERS))
    for contender in (pinned, dance):
        contender.show_rate()
    show("transfers/s with mod-dance / with cert-key", ratios(dance, pinned, "rate"),
         ">= 0.98", least=0.98)
    show("processor time of a transfer, the same", ratios(dance, pinned, "work"),
         value=dance.total("work") / pinned.total("work"))


# --- a stranger with a dear chain ----------------------------------------------------------


def _dearest(stage):
    """The chain of the cost target that is dearest to judge and fits through knotd's TLS,
    with the records that make it so."""
    corpus = os.path.join(HERE, os.pardir, "fuzz", "corpus", "cost")
    run(os.path.join(os.environ["DANCE_BUILD"], "tests", "bench", "dear"), stage.folder,
        *sorted(os.path.join(corpus, name) for name in os.listdir(corpus)))
    with open(os.path.join(stage.folder, "dear.records"), encoding="ascii") as file:
        records = file.read().split("\n")[:-1]
    paths = [os.path.join(stage.folder, name) for name in ("dear.pem", "dear.key")]
    return SimpleNamespace(path=paths[0], key=SimpleNamespace(path=paths[1])), records


def bench_again(stage):
    dear, records = _dearest(stage)
    plain = stage.certificate()
    stage.publish(DEAR_NAME, *records, ttl=3600)
    ours = stage.primary([DEAR_NAME], start=False)
    _start(ours)
    contender = Contender("mod-dance", [ours], plain)

    def connections():
        for _ in range(CONNECTIONS):
            asker.ask(ours.address, ZONE, certificate=plain)

    def queries(connection):
        for _ in range(QUERIES):
            connection.ask(ZONE)

    def cost(act, count, *arguments):
        before = contender.work()
        act(*arguments)
        return (contender.work() - before) / count * 1e6

    handshakes, further = [], []
    with asker.Asker(ours.address, dear) as connection:
        connection.ask(ZONE)
        for _ in range(5):
            handshakes.append(cost(connections, CONNECTIONS))
            further.append(cost(queries, QUERIES, connection))
    print("Knot DNS, a stranger with the dearest known chain: processor time of the server")
    print(f"  a plain connection, refused {statistics.median(handshakes):8.0f} us,"
          f" a further query {statistics.median(further):6.1f} us")
    show("a further query / a full handshake with a query",
         [one / other for one, other in zip(further, handshakes)], "<= 0.1", most=0.1)


# --- refused clients, silent DNS ----------------------------------------------------------


def _late(took):
    """The 99th percentile."""
    return statistics.quantiles(took, n=100)[98]


def _ask(address):
    """What ordinary answers take, in microseconds."""
    took = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.connect((address, 53))
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            question = wire.query(len(took) & 0xFFFF, ZONE, "SOA")
            began = time.perf_counter()
            client.send(question)
            client.recv(512)
            took.append((time.perf_counter() - began) * 1e6)
            time.sleep(PAUSE)
    return took


def _hammered(contender):
    """The same while clients come that are refused, as fast as they can."""
    address = contender.servers[0].address
    with subprocess.Popen(
            [PROGRAM, address, "853", ZONE, f"cert={contender.certificate.path}",
             f"key={contender.certificate.key.path}", "records=2", "known=10000000",
             f"clients={REFUSED}", f"seconds={SECONDS + 1}"],
            stdout=subprocess.DEVNULL) as hammer:
        time.sleep(0.3)
        took = _ask(address)
        hammer.wait()
    return {"took": took, "late": _late(took)}


def bench_hammer(stage):
    stranger = stage.certificate(NAME)
    native = _pinned(stage, stage.certificate())
    ours = stage.primary([NAME], start=False, resolver=stage.black_hole())
    _start(native, ours)
    pinned = Contender("acl: cert-key", [native], stranger)
    dance = Contender("mod-dance", [ours], stranger)
    print(f"Knot DNS, {REFUSED} clients refused again and again, the resolver silent:"
          " answers over UDP")
    race([pinned, dance], _hammered)
    late = []
    for contender in (pinned, dance):
        # Few are late in one round.
        took = [each for seen in contender.rounds for each in seen["took"]]
        late.append(_late(took))
        print(f"  {contender.what:<30} {statistics.median(took):8.0f} us,"
              f" 99 of 100 within {late[-1]:6.0f} us")
    show("99 of 100 answers, with mod-dance / with cert-key",
         ratios(dance, pinned, "late"), "<= 1.1", most=1.1, value=late[1] / late[0])
