# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Streams through dance-front against those through HAProxy, which knows the same client by an
# authority: the same TLS, the same header to the same server behind, as many threads.

import os
import socket
import statistics

import front
from front_stage import NAME
from process import eventually, run
from rows import race, ratios, show
from server import Server

from contender import work
from device_fleet import BEHIND, BEHIND_PORT, PORT, Behind, figures
from with_names import PROGRAMS

ADDRESS = "127.0.0.13"
MIB = 1 << 20
CLIENTS = 4
BULK = 64 * MIB  # octets of each
MESSAGE = 64  # octets
HOST = NAME.removeprefix("_xfr-client.")
CONFIGURATION = """global
	nbthread {threads}
	maxconn 4096
defaults
	mode tcp
	timeout connect 5s
	timeout client 1h
	timeout server 1h
listen streams
	bind {address}:{port} ssl crt {pem} ca-file {authority} verify required ssl-min-ver TLSv1.3 no-tls-tickets
	server behind {behind} send-proxy-v2-ssl-cn
"""


class HaProxy(Server):
    def __init__(self, folder, certificate, authority, behind):
        super().__init__("HAProxy", folder, ADDRESS, [
            "haproxy", "-db", "-f", os.path.join(folder, "haproxy.cfg")])
        with open(certificate.path, encoding="ascii") as shown, \
                open(certificate.key.path, encoding="ascii") as key:
            self.put("server.pem", shown.read() + key.read())
        self.put("haproxy.cfg", CONFIGURATION.format(
            threads=os.cpu_count(), address=ADDRESS, port=PORT, pem=self.path("server.pem"),
            authority=authority.path, behind=behind.replace("@", ":")))

    def start(self):
        self.process.start()
        eventually(self._is_there, what="HAProxy listens")
        return self

    @staticmethod
    def _is_there():
        with socket.socket() as probe:
            return probe.connect_ex((ADDRESS, PORT)) == 0

    def stop(self):
        """It ends with the signal that ends it."""
        if not self.process.running:
            return f"{self.name} ended by itself"
        self.process.kill()
        return None


class Way:
    """How clients come to the server behind, and what was measured of it, round by round."""

    def __init__(self, what, address, port, server=None, certificate=None):
        self.what = what
        self.at = (address, str(port))
        self.servers = [server] if server else []
        self.shown = {"cert": certificate.path, "key": certificate.key.path} \
            if certificate else {}
        self.rounds = []

    def load(self, **items):
        before = work(*self.servers)
        seen = figures(run(os.path.join(PROGRAMS, "octets"), *self.at, *(
            f"{name}={value}" for name, value in {**self.shown, **items}.items())).stdout)
        seen["work"] = work(*self.servers) - before
        seen["rate"] = seen["octets"] / seen["seconds"]
        return seen

    def median(self, item):
        return statistics.median(seen[item] for seen in self.rounds)

    def total(self, item):
        return sum(seen[item] for seen in self.rounds)


def added(through, straight):
    """What a way adds to the straight one, in each round."""
    return [one["median"] - other["median"]
            for one, other in zip(through.rounds, straight.rounds)]


def _begin(stage):
    authority = stage.certificate(subject="/CN=authority", authority=True)
    certificate = stage.certificate(HOST, issuer=authority, subject=f"/CN={HOST}")
    stage.publish(NAME, certificate.tlsa(), ttl=3600)
    behind = Behind(stage.path("behind"))
    other = HaProxy(stage.path("haproxy"), stage.theatre.certificate, authority, behind.at)
    for server in (behind, other):
        stage.servers.append(server.start())
    judge = stage.dance_front({
        "server": {"threads": os.cpu_count()},
        "log": {"target": "stderr", "level": "info"},
        "dns": stage.dns(), "identity": [{"id": "peer", "name": NAME}],
        "front": [{"id": "streams", "mode": "stream", "listen": f"{front.ADDRESS}@{PORT}",
                   "cert-file": stage.theatre.certificate.path,
                   "key-file": stage.theatre.certificate.key.path,
                   "server": behind.at, "proxy": "tls", "idle-timeout": 3600}]})
    return (Way("straight to it", BEHIND, BEHIND_PORT),
            Way("HAProxy", ADDRESS, PORT, other, certificate),
            Way("dance-front", front.ADDRESS, PORT, judge, certificate))


def _bulk(what, haproxy, judge):
    print(f"{what}, {CLIENTS} clients at once, {BULK // MIB} MiB each", flush=True)
    race([haproxy, judge],
         lambda way: way.load(what=what, clients=CLIENTS, octets=BULK))
    for way in (haproxy, judge):
        print(f"  {way.what:<20} {way.median('rate') / MIB:8.0f} MiB/s, "
              f"{way.total('work') / way.total('octets') * MIB * 1e6:8.0f} us of processor "
              "time for each MiB")
    show(f"octets/s through dance-front / HAProxy, {what}", ratios(judge, haproxy, "rate"),
         ">= 1.0", least=1)
    show("processor time of an octet, the same", ratios(judge, haproxy, "work"),
         value=judge.total("work") / haproxy.total("work"))


def _show_added(straight, haproxy, judge):
    for way in (straight, haproxy, judge):
        print(f"  {way.what:<20} {way.median('median'):8.1f} us there and back, one in a "
              f"hundred {way.median('p99'):.1f} us")
    theirs, ours = added(haproxy, straight), added(judge, straight)
    show("what dance-front adds to a message / what HAProxy adds",
         [one / other for one, other in zip(ours, theirs)], "<= 1.0", most=1,
         value=statistics.median(ours) / statistics.median(theirs))
    show("one message in a hundred, the same, with the way itself",
         ratios(judge, haproxy, "p99"))
    show("from the connection to the first octet back, the same",
         ratios(judge, haproxy, "connect"))


def bench(stage):
    straight, haproxy, judge = _begin(stage)
    _bulk("download", haproxy, judge)
    _bulk("upload", haproxy, judge)
    print(f"messages of {MESSAGE} octets there and back, one client", flush=True)
    race([straight, haproxy, judge],
         lambda way: way.load(what="echo", octets=MESSAGE, count=3000))
    _show_added(straight, haproxy, judge)
    print(f"messages of {MESSAGE} octets there and back, 32 clients", flush=True)
    race([haproxy, judge],
         lambda way: way.load(what="echo", octets=MESSAGE, clients=32, count=300))
    show("messages/s through dance-front / HAProxy, 32 clients",
         ratios(judge, haproxy, "rate"))
