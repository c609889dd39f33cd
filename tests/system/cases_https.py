# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Devices that speak HTTPS: dance-front before nginx, both with their samples as they are. nginx
# reads the proved name from the PROXY protocol header, and gives each device what is its own.

import socket
import ssl
import struct

import device
from device import http
from device_stage import SUFFIX, DeviceStage
from process import eventually
from stage import within
from stream_peer import SIGNATURE, Behind

SUBSET = "front"
STAGE = DeviceStage
# What a device sees of a refusal: by the handshake's alert, or by the end of the connection.
REFUSED = ("alert handshake failure", "closed")


def _resource(name):
    return f"/devices/{name}/state"


def _both(stage, more=()):
    server = stage.web()
    return server, stage.sample_front("https", more)


def _wait_served(stage, judge, certificate, path):
    """Until a device is let in and puts something there."""
    stage.expect(f"PUT {path}", "201", stage.until("201", lambda: http(
        judge.address, "PUT", path, "on", certificate)[0]))


@within(60)
def a_device_has_the_resource_of_its_own_name_and_no_other(stage):
    server, judge = _both(stage)
    name, certificate = stage.device("a1b2")
    other, others = stage.device("c3d4")
    _wait_served(stage, judge, certificate, _resource(name))
    _wait_served(stage, judge, others, _resource(other))
    for method, path, expected in (
            ("GET", _resource(name), ("200", "on")), ("PUT", _resource(name), ("204", "")),
            ("GET", _resource(other), ("403",)), ("PUT", _resource(other), ("403",)),
            ("DELETE", _resource(other), ("403",)),
            ("GET", f"/devices/{name}/../{other}/state", ("403",)),
            ("GET", f"/devices/{name.upper()}/state", ("404",)), ("GET", "/", ("404",))):
        seen = http(judge.address, method, path, "", certificate)
        stage.expect(f"{method} {path}", str(expected), seen[:len(expected)])
    stage.expect("the other one's", str(("200", "on")),
                 http(judge.address, "GET", _resource(other), "", others))
    # The real address, and the name, in the log of nginx.
    stage.require(f'127.0.0.1 "{name}" "PUT {_resource(name)} HTTP/1.1" 201'
                  in server.requests(), f"nginx logs {server.requests()}")


@within(90)
def devices_that_dns_does_not_prove_never_reach_nginx(stage):
    server, judge = _both(stage, ("*.unsigned.net", "*.broken.net"))
    name, own = stage.device("a1b2")
    unsigned, broken = "a1b2._device.unsigned.net", "ns2.broken.net"
    _wait_served(stage, judge, own, _resource(name))
    for each in (unsigned, broken):
        stage.publish(each, own.tlsa())
    # It logs a request after the answer.
    served = len(eventually(server.requests))
    for what, verdict, certificate in (
            ("a thief of the name", "refused, mismatch", stage.certificate(name)),
            ("no certificate", "refused, credential", None),
            ("the name as CN only", "refused, name",
             stage.certificate(key=own.key, subject=f"/CN={name}")),
            ("a name that is not permitted", "refused, name",
             stage.certificate("a1b2._device.example.net")),
            ("a name that has no record", "refused, no-tlsa", stage.device("e5f6", False)[1]),
            ("a name in an unsigned zone", "refused, insecure", stage.certificate(unsigned)),
            ("a name whose records are bogus", "failed, bogus", stage.certificate(broken))):
        since = judge.mark()
        stage.expect(what, REFUSED, http(judge.address, "GET", _resource(name), "",
                                         certificate)[0])
        stage.expect(f"the verdict on {what}", verdict, stage.wait_verdict(judge, since))
    stage.expect("TLS 1.2", "alert protocol version", http(
        judge.address, "GET", _resource(name), "", own, newest=ssl.TLSVersion.TLSv1_2)[0])
    stage.expect("another protocol", "alert no application protocol", http(
        judge.address, "GET", _resource(name), "", own, alpn=["h2"])[0])
    stage.expect("the protocol by name", "200", http(
        judge.address, "GET", _resource(name), "", own, alpn=["http/1.1"])[0])
    stage.expect("requests that nginx has seen", str(served + 1), stage.until(
        str(served + 1), lambda: len(server.requests())))


def _header(name, verify, tls=True):
    """A PROXY protocol header, version 2, as somebody else might write it."""
    inner = b"\x07" + struct.pack("!I", verify) + b"\x22" + struct.pack("!H", len(name)) + name
    tlv = b"\x20" + struct.pack("!H", len(inner)) + inner if tls else b""
    body = socket.inet_aton("192.0.2.9") + socket.inet_aton("192.0.2.1") + \
        struct.pack("!HH", 50000, 443) + tlv
    return SIGNATURE + b"\x21\x11" + struct.pack("!H", len(body)) + body


@within(90)
def one_record_is_enough_for_all_devices_of_an_organisation(stage):
    """A wildcard leads to its CA; a record at one exact name locks that device out."""
    _, judge = _both(stage)
    authority = stage.certificate(subject="/CN=Devices of an organisation", authority=True)
    stage.publish("_ca.example.org", authority.tlsa(usage=2))
    stage.world.publish(f"*.{SUFFIX}", "_ca.example.org.", kind="CNAME")
    devices = {name: stage.certificate(name, issuer=authority)
               for name in (f"a1b2.{SUFFIX}", f"c3d4.{SUFFIX}")}
    for name, certificate in devices.items():
        _wait_served(stage, judge, certificate, _resource(name))
    name, locked_out = devices
    since = judge.mark()
    stage.expect("a name, but of another CA", REFUSED, http(
        judge.address, "GET", _resource(name), "",
        stage.certificate(name, issuer=stage.certificate(authority=True)))[0])
    stage.expect("the verdict", "refused, mismatch", stage.wait_verdict(judge, since))
    stage.publish(locked_out, f"3 1 1 {64 * '0'}")
    stage.expect("the one that is locked out", "True", stage.until("True", lambda: http(
        judge.address, "GET", _resource(locked_out), "", devices[locked_out])[0] in REFUSED))
    stage.expect("the other one", "200",
                 http(judge.address, "GET", _resource(name), "", devices[name])[0])


@within(60)
def the_name_that_nginx_is_told_is_that_of_DNS(stage):
    """Not what else stands in the certificate, and as DNS writes it: in lower case."""
    judge = stage.sample_front("https")
    server = Behind(f"{stage.between}/nginx.sock")
    stage.servers.append(server)
    name = f"a1b2.{SUFFIX}"
    own = stage.certificate(name.upper(), subject="/CN=root")
    stage.publish(name, own.tlsa())

    def come():
        since = judge.mark()
        stage.sockets.append(device.Connection(judge.address, device.HTTPS, own))
        return stage.wait_verdict(judge, since)
    stage.expect("the verdict", "allowed, allow", stage.until("allowed, allow", come))
    stage.expect("the name", name, server.visit().header().tls["cn"])


@within(60)
def nginx_takes_a_name_only_if_it_was_verified(stage):
    """What the sample's map is for: rows of headers, past dance-front."""
    server, judge = _both(stage)
    name, certificate = stage.device("a1b2")
    _wait_served(stage, judge, certificate, _resource(name))
    name = name.encode("ascii")
    for what, header, expected in (
            ("a verified name", _header(name, 0), "200"),
            ("one that was not verified", _header(name, 1), "403"),
            ("a name and more", _header(name + b" x", 0), "403"),
            ("no name", _header(b"", 0), "403"),
            ("nothing of TLS", _header(name, 0, tls=False), "403"),
            ("no header", b"", "closed")):
        connection = server.speak(header + b"GET /devices/" + name + b"/state HTTP/1.1\r\n"
                                  b"Host: x\r\nConnection: close\r\n\r\n")
        with connection:
            answer = connection.makefile("rb").readline().split()
        stage.expect(what, expected, answer[1].decode() if len(answer) > 1 else "closed")


@within(60)
def the_end_of_a_record_ends_the_connections_of_its_device(stage):
    _, judge = _both(stage)
    name, certificate = stage.device("a1b2")
    other, others = stage.device("c3d4")
    for certificate_of, path in ((certificate, _resource(name)), (others, _resource(other))):
        _wait_served(stage, judge, certificate_of, path)
    kept = [device.Connection(judge.address, device.HTTPS, each)
            for each in (certificate, others)]
    for connection, path in zip(kept, (_resource(name), _resource(other))):
        stage.expect("over a connection that stays", "200",
                     device.request(connection, "GET", path)[0])
    stage.withdraw(name)
    stage.expect("the revoked one", "closed", kept[0].ended())
    stage.expect("the other one, on the same connection", "200",
                 device.request(kept[1], "GET", _resource(other))[0])
    for connection in kept:
        connection.close()
    since = judge.mark()
    stage.expect("it comes again", REFUSED,
                 http(judge.address, "GET", _resource(name), "", certificate)[0])
    stage.expect("the verdict", "refused, no-tlsa", stage.wait_verdict(judge, since))


@within(60)
def while_nginx_is_away_connections_end_and_later_ones_are_served(stage):
    server, judge = _both(stage)
    name, certificate = stage.device("a1b2")
    _wait_served(stage, judge, certificate, _resource(name))
    kept = device.Connection(judge.address, device.HTTPS, certificate)
    stage.expect("before", "200", device.request(kept, "GET", _resource(name))[0])
    stage.retire(server)
    stage.expect("what was open", "closed", kept.ended())
    kept.close()
    stage.expect("while it is away", "closed",
                 http(judge.address, "GET", _resource(name), "", certificate)[0])
    server.start()
    stage.servers.append(server)
    stage.expect("when it is back", "200", stage.until("200", lambda: http(
        judge.address, "GET", _resource(name), "", certificate)[0]))
