# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What demo.py shows of devices: two of them, by name, a thief, and one that is revoked while it is
# connected. Before Mosquitto if this suite's reads names (2.1), else before nginx. The runner plays
# these cases too.

from types import SimpleNamespace

import device
import front
import mosquitto
from device_stage import SUFFIX, DeviceStage
from process import eventually
from stage import within

SUBSET = "front"
STAGE = DeviceStage
WHERE = f"dance-front is at {front.ADDRESS}, and the broker or web server behind its socket."
FIRST, SECOND = f"a1b2.{SUFFIX}", f"c3d4.{SUFFIX}"


class Mqtt:
    """Topics of a broker."""
    kind, id, allowed, denied = "Mosquitto", "mqtt", "published", "denied"
    port, thing, socket = device.MQTT, "topic", "/run/dance-mqtt/broker.sock"
    setup = [f"listener 0 {socket}", "enable_proxy_protocol 2",
             "proxy_protocol_v2_require_tls true", "require_certificate true",
             "use_identity_as_username true", "listener_allow_anonymous true",
             "use_username_as_clientid true", "acl_file dance.acl"]
    rule = "pattern readwrite %u/#"

    def __init__(self, stage):
        self.stage = stage
        self.server, self.front = stage.broker(), stage.sample_front("mqtt")

    def command(self, owner, shown):
        return (f"mosquitto_pub -h {device.SERVER} -p 8883 --cafile server.pem {shown}"
                f"-q 1 -t {owner}/state -m on")

    def put(self, certificate, owner):
        since = self.server.mark()
        seen = self.stage.client(self.front, certificate).publish(f"{owner}/state", "on")
        if self.server.matches("Denied PUBLISH", since):
            return self.denied
        return seen if seen == self.allowed else "refused"

    def hold(self, connection):
        return connection.mqtt()

    def works(self, connection, name):
        since = self.server.mark()
        connection.put(device.publish_packet(f"{name}/state", "on"))
        self.server.wait_for(rf"Received PUBLISH from {name} ", since)
        return "connected"

    def came(self):
        return len(self.server.connected())

    def told(self, name):
        return self.server.wait_for(f"^.*New client connected .* as {name} .*$").group(0)


class Https:
    """Resources of a web server."""
    kind, id, allowed, denied = "nginx", "https", "201", "403"
    port, thing, socket = device.HTTPS, "resource", "/run/dance-https/nginx.sock"
    setup = [f"listen unix:{socket} proxy_protocol;"]
    rule = "if ($owner != $device) { return 403; }"

    def __init__(self, stage):
        self.server, self.front = stage.web(), stage.sample_front("https")

    def command(self, owner, shown):
        return (f"curl --cacert server.pem {shown}"
                f"-T state https://devices.example.org/devices/{owner}/state")

    def put(self, certificate, owner):
        seen = device.http(self.front.address, "PUT", f"/devices/{owner}/state", "on",
                           certificate)[0]
        # What is there already is replaced.
        seen = self.allowed if seen == "204" else seen
        return seen if seen.isdigit() else "refused"

    def hold(self, connection):
        return "connected" if device.request(connection, "GET", "/")[0] == "404" else "closed"

    def works(self, connection, _name):
        return self.hold(connection)

    def came(self):
        return len(self.server.requests())

    def told(self, name):
        # It is written after the answer.
        return eventually(lambda: [line for line in self.server.requests() if name in line],
                          what=f"a request of {name} in the log of nginx")[-1]


def _side(stage):
    if mosquitto.reads_names():
        return Mqtt(stage)
    stage.say("Mosquitto before 2.1 reads no PROXY protocol, so these devices speak HTTPS.")
    return Https(stage)


def _shown(key="", certificate=True):
    return f"--cert {key}.pem --key {key}.key " if certificate else ""


def _line(stage, side, pattern, since=0):
    """A line of dance-front's log."""
    stage.show(SimpleNamespace(text=side.front.wait_for(f"^.*{pattern}.*$", since).group(0)))


@within(60)
def two_devices_are_known_by_their_TLSA_records(stage):
    side = _side(stage)
    stage.say(f"Two devices, as they come from the factory: {side.kind} has never heard of "
              "them. Each has a key and a certificate that it signed itself, with its name.",
              f"openssl req -x509 -key a1b2.key -subj / -addext subjectAltName=DNS:{FIRST}")
    first, second = stage.device(FIRST)[1], stage.device(SECOND)[1]
    stage.set_up("The operator permits all devices of the organisation, in dance-front.conf:",
                 "identity:", "  - id: devices", f'    name: "*.{SUFFIX}"',
                 "front:", f"  - id: {side.id}", "    mode: stream",
                 f"    listen: {front.ADDRESS}@{side.port}",
                 "    cert-file: server.pem", "    key-file: server.key",
                 f"    server: {side.socket}", "    proxy: tls")
    stage.set_up(f"and {side.kind} gives each what has its name:", *side.setup, side.rule)
    for name, certificate in ((FIRST, first), (SECOND, second)):
        label = name[:4]
        stage.say(f"{label} puts its state into a {side.thing} of its own:",
                  side.command(name, _shown(label)))
        stage.expect(f"{label}, its own {side.thing}", side.allowed, stage.until(
            side.allowed, lambda: side.put(certificate, name)))
        _line(stage, side, f"stream allowed, .* client {name},")
        stage.say(f"What {side.kind} has logged of it:")
        stage.show(SimpleNamespace(text=side.told(name)))
    stage.say("a1b2 tries one of c3d4:", side.command(SECOND, _shown("a1b2")))
    stage.expect(f"a1b2, a {side.thing} of c3d4", side.denied, side.put(first, SECOND))


@within(60)
def a_thief_of_the_name_is_refused(stage):
    side = _side(stage)
    stage.device(FIRST)
    for what, certificate, expected in (
            ("the right name, another key", stage.certificate(FIRST), "refused, mismatch"),
            ("no certificate", None, "refused, credential")):
        since = side.front.mark()
        stage.say(f"A stranger, with {what}:",
                  side.command(FIRST, _shown("thief", certificate)))
        stage.expect(what, "refused", side.put(certificate, FIRST))
        stage.expect(f"the verdict on {what}", expected, stage.wait_verdict(side.front, since))
        _line(stage, side, "stream refused, .* verdict ", since)
    stage.expect(f"what {side.kind} has seen of them", "0", side.came())


@within(60)
def a_device_that_is_revoked_is_disconnected(stage):
    side = _side(stage)
    devices = {name: stage.device(name)[1] for name in (FIRST, SECOND)}
    for name, certificate in devices.items():
        stage.expect(f"{name[:4]}, its own {side.thing}", side.allowed, stage.until(
            side.allowed, lambda: side.put(certificate, name)))
    kept = {name: device.Connection(side.front.address, side.port, certificate)
            for name, certificate in devices.items()}
    for name, connection in kept.items():
        stage.expect(f"{name[:4]} stays connected", "connected", side.hold(connection))
    stage.say("One of them is lost, and its record is withdrawn. Nothing is restarted.")
    since = side.front.mark()
    stage.withdraw(FIRST)
    stage.expect("a1b2, once the TTL has passed", "closed", kept[FIRST].ended())
    _line(stage, side, "stream closed, .* verdict ", since)
    stage.expect("c3d4, on the same connection", "connected",
                 side.works(kept[SECOND], SECOND))
    for connection in kept.values():
        connection.close()
    since = side.front.mark()
    stage.expect("a1b2 comes again", "refused", side.put(devices[FIRST], FIRST))
    stage.expect("the verdict on it", "refused, no-tlsa", stage.wait_verdict(side.front, since))
