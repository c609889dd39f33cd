# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A stage for streams: a front before a server that the test is, and both ends of a stream. Knows
# how they are set up, not what is to be seen.

import front
from front_stage import NAME, FrontStage
from stream_peer import Behind, Client

PORT = 8883
AT = (front.ADDRESS, PORT)
TCP = ("127.0.0.12", 1883)
UNSIGNED_OWNER = "ns2.unsigned.net"
ADDRESS = "192.0.2.77"
DEVICES = "*._device.example.org"
DEVICE = "a1b2._device.example.org"


class StreamStage(FrontStage):
    def server(self, at=None):
        server = Behind(at or self.path("behind.sock"))
        self.servers.append(server)
        return server

    def judge(self, server, names=(NAME,), dns=None, more=None, start=True, **options):
        """A front for streams before this server."""
        identities = [{"id": f"peer{number}", "name": name, "address": ADDRESS}
                      for number, name in enumerate(names)]
        entry = {"id": "mqtt", "mode": "stream", "listen": f"{AT[0]}@{AT[1]}",
                 "cert-file": self.theatre.certificate.path,
                 "key-file": self.theatre.certificate.key.path,
                 "server": server.text, "proxy": "tls",
                 **{name.replace("_", "-"): value for name, value in options.items()}}
        return self.dance_front({"dns": dns or self.dns(), "identity": identities,
                                 "front": [entry], **(more or {})}, start=start)

    def known(self, name=NAME, **how):
        peer = self.certificate()
        self.publish(name, peer.tlsa(), **how)
        return peer

    def joined(self, server, certificate=None, **how):
        """Both ends of a stream, and the header between them."""
        client = Client(AT, certificate, **how)
        visit = server.visit()
        self.sockets += [client, visit]
        return client, visit, visit.header()

    def talk(self, client, visit):
        """An octet each way."""
        client.say(b"ping")
        self.expect("at the server", "b'ping'", visit.hear())
        visit.say(b"pong")
        self.expect("at the client", "b'pong'", client.hear())
