# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A stage with the samples for devices: dance-front in stream mode before Mosquitto or nginx, and
# devices with names and keys. Knows how they are set up, not what is to be seen.

import functools
import os
import re

import device
import mosquitto
from front_stage import FrontStage
from mosquitto import Mosquitto, SampleMosquitto
from nginx import SampleNginx
from process import eventually
from samples import SampleFront

SUFFIX = "_device.example.org"
APPLICATION = "app.example.org"
# What dance-front's log says of a connection.
LINE = re.compile(r"front \S+, stream (?P<done>allowed|refused|failed|closed), "
                  r"remote \S+@\d+, .*?\bverdict (?P<verdict>[a-z-]+)")


class DeviceStage(FrontStage):
    def __init__(self, theatre, folder):
        super().__init__(theatre, folder)
        # Paths of sockets are short.
        self.between = os.path.join(folder, "run")
        os.makedirs(self.between)
        self.server_certificate = self.certificate(device.SERVER, subject="/CN=server")

    # --- the servers ---------------------------------------------------------------------

    def sample_front(self, name, more=(), start=True):
        """A dance-front from a sample; more: names that it permits as well."""
        own = self.server_certificate
        made = SampleFront(self._path("front"), f"dance-front.{name}.conf", self.world,
                           {"dance-front.pem": own.path, "dance-front.key": own.key.path},
                           env=self.theatre.sanitizer.environment, between=self.between)
        entries = "".join(f'  - id: more{number}\n    name: "{each}"\n'
                          for number, each in enumerate(more))
        made.text = made.text.replace("\nidentity:\n", f"\nidentity:\n{entries}", 1)
        self.servers.append(made)
        return made.start() if start else made

    def broker(self, without=None):
        """A Mosquitto from the sample; without: a line of it that is left out."""
        made = SampleMosquitto(self._path("broker"), self.world, self.between)
        if without:
            self.require(f"\n{without}\n" in made.text, f"the sample has no line '{without}'")
            made.text = made.text.replace(f"\n{without}\n", "\n")
        self.servers.append(made)
        return made.start()

    def nameless_broker(self):
        """One that reads no PROXY protocol header, at the same socket."""
        made = Mosquitto(self._path("broker"), f"listener 0 {self.between}/broker.sock\n"
                         "allow_anonymous true\nuser root\nlog_dest stderr\nlog_type all\n")
        self.servers.append(made)
        return made.start()

    def nameless_front(self):
        """What is before it: the sample with 'proxy: off'."""
        made = self.sample_front("mqtt", start=False)
        told = "    proxy: tls\n    source: client\n"
        self.require(told in made.text, "the sample does not tell names")
        made.text = made.text.replace(told, "    proxy: off\n")
        return made.start()

    def web(self):
        made = SampleNginx(self._path("web"), self.world, self.between)
        self.servers.append(made)
        return made.start()

    # --- the devices ---------------------------------------------------------------------

    def device(self, label, published=True):
        """A name below the suffix, and a certificate with it whose key is published."""
        name = label if "." in label else f"{label}.{SUFFIX}"
        certificate = self.certificate(name)
        if published:
            self.publish(name, certificate.tlsa())
        return name, certificate

    def application(self):
        """A certificate without a name, whose key is published under the listed one."""
        certificate = self.certificate(subject="/CN=none")
        self.publish(APPLICATION, certificate.tlsa())
        return certificate

    def client(self, judge, certificate):
        """Mosquitto's own clients, with a certificate or None."""
        return device.Mosquitto(self._path("device"), certificate, self.server_certificate,
                                judge.address)

    def subscribed(self, subscriber, broker, user):
        """A subscriber that has begun, once the broker has taken its subscription. user: a
        pattern."""
        since = broker.mark()
        self.servers.append(subscriber.start())
        broker.wait_for(rf"Received SUBSCRIBE from {user}$", since, within=20)
        return subscriber

    # --- what dance-front says -----------------------------------------------------------

    @staticmethod
    def verdicts(judge, since=0):
        """'allowed, allow', or 'refused, VERDICT', of each connection."""
        found = [LINE.search(line) for line in judge.lines(since)]
        return [f"{match['done']}, {match['verdict']}" for match in found if match]

    def wait_verdict(self, judge, since):
        return eventually(lambda: self.verdicts(judge, since),
                          what="a verdict in the log of dance-front")[0]


def reads_names():
    """Whether the broker of this suite can be told a name; says once why not."""
    can = mosquitto.reads_names()
    if not can:
        _say_why_not()
    return can


@functools.cache
def _say_why_not():
    number = ".".join(map(str, mosquitto.version()))
    print(f"skipped: the topics of devices by name: Mosquitto {number} does not read the PROXY "
          "protocol, which 2.1 does; cases_https.py shows names with nginx instead")
