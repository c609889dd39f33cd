# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Devices that speak MQTT: dance-front before Mosquitto, both with their samples as they are, and
# Mosquitto's own clients. Which topics a device has is up to the name that DNS proves.

import os
import pwd
import re
import shutil
import ssl
import tempfile

import device
import mosquitto
import samples
from device_stage import APPLICATION, SUFFIX, DeviceStage, reads_names
from place import has_all_rights
from process import eventually, run
from stage import within

SUBSET = "front"
STAGE = DeviceStage


def _wait_published(stage, client, topic, text="first", *words):
    """Until a device is let in."""
    stage.expect(f"published to {topic}", "published", stage.until(
        "published", lambda: client.publish(topic, text, *words)))


def _got(subscriber, count):
    """So many messages of a subscriber, as they came."""
    eventually(lambda: len(subscriber.lines()) >= count, 20,
               what=f"{count} messages, and not {subscriber.lines()}")
    return subscriber.lines()


@within(30)
def the_sample_is_for_a_broker_that_reads_the_proxy_protocol(stage):
    """Shows the reason why a suite's broker cannot be told names, where it cannot."""
    server = mosquitto.SampleMosquitto(stage.path("broker"), stage.world, stage.between)
    if mosquitto.reads_names():
        done = server.test_config()
        stage.expect("the check of the sample", "0", done.returncode)
        return
    server.write()
    done = run("mosquitto", "-c", server.path("mosquitto.conf"), check=False)
    stage.require('Unknown configuration variable "enable_proxy_protocol"' in done.stdout,
                  f"an older broker says: {done.stdout}")
    reads_names()


@within(60)
def a_broker_that_reads_no_names_is_closed_to_strangers_too(stage):
    """The same front with 'proxy: off': all devices are alike to the broker, but each is one."""
    broker, judge = stage.nameless_broker(), stage.nameless_front()
    name, certificate = stage.device("a1b2")
    _wait_published(stage, stage.client(judge, certificate), f"{name}/state")
    since, came = judge.mark(), len(broker.connected())
    stage.require("published" not in stage.client(judge, stage.certificate(name)).publish(
        f"{name}/state", "thief"), "a thief has published")
    stage.expect("the verdict on a thief", "refused, mismatch",
                 stage.wait_verdict(judge, since))
    stage.expect("clients of the broker", str(came), len(broker.connected()))


@within(90)
def a_device_has_the_topics_of_its_own_name_and_no_others(stage):
    if not reads_names():
        return
    broker, judge = stage.broker(), stage.sample_front("mqtt")
    app = stage.client(judge, stage.application())
    name, own = stage.device("a1b2")
    other, others = stage.device("c3d4")
    clients = [stage.client(judge, each) for each in (own, others)]
    for client, topic in ((app, "ready"), *zip(clients, (f"{name}/x", f"{other}/x"))):
        _wait_published(stage, client, topic)
    to_app = stage.subscribed(app.subscribe("#"), broker, APPLICATION)
    since = broker.mark()
    stage.expect("its own topic", "published", clients[0].publish(f"{name}/state", "21"))
    clients[0].publish(f"{other}/state", "99")
    broker.wait_for(rf"Denied PUBLISH from {name} .*'{other}/state'", since)
    stage.expect("its own topic again", "published", clients[0].publish(f"{name}/state", "22"))
    stage.expect("the other's own", "published", clients[1].publish(f"{other}/state", "5"))
    # In their order: what is denied would stand between the first two.
    stage.expect("what the application gets", str([
        f"{name}/state 21", f"{name}/state 22", f"{other}/state 5"]), _got(to_app, 3))
    stage.retire(to_app)
    to_other = stage.subscribed(clients[1].subscribe("#"), broker, other)
    stage.expect("not for the other", "published", clients[0].publish(f"{name}/state", "23"))
    stage.expect("for the other, by the application", "published",
                 app.publish(f"{other}/commands/reset", "now"))
    stage.expect("what the other device gets of all topics",
                 str([f"{other}/commands/reset now"]), _got(to_other, 1))


@within(60)
def what_a_client_says_of_itself_in_MQTT_counts_for_nothing(stage):
    if not reads_names():
        return
    broker, judge = stage.broker(), stage.sample_front("mqtt")
    name, own = stage.device("a1b2")
    client = stage.client(judge, own)
    _wait_published(stage, client, f"{name}/x")
    for words in (("-u", f"c3d4.{SUFFIX}"), ("-u", APPLICATION, "-P", "secret"),
                  ("-i", f"c3d4.{SUFFIX}"), ("-u", "root", "-i", "root", "-V", "5")):
        since = broker.mark()
        stage.expect(f"with {' '.join(words)}", "published",
                     client.publish(f"{name}/state", "1", *words))
        stage.expect("the user name and the client id", str((name, name)),
                     broker.wait_connected(since))
    line = broker.matches(mosquitto.CONNECTED)[-1]
    stage.expect("the address that is logged", "127.0.0.1", line["address"].split(":")[0])


@within(60)
def devices_by_websockets_have_the_same_names(stage):
    if not reads_names():
        return
    made, judge = stage.broker(), stage.sample_front("mqtt")
    stage.retire(made)
    made.text = made.text.replace("\nenable_proxy_protocol 2\n",
                                  "\nprotocol websockets\nenable_proxy_protocol 2\n")
    stage.servers.append(made.start())
    judge.text = judge.text.replace("    alpn: [ mqtt ]\n", "")
    judge.reload()
    name, own = stage.device("a1b2")
    client = stage.client(judge, own)
    _wait_published(stage, client, f"{name}/x", "first", "--ws")
    since = made.mark()
    client.publish(f"{name}/x", "second", "--ws", "-u", "root")
    stage.expect("the user name and the client id", str((name, name)),
                 made.wait_connected(since))
    client.publish(f"c3d4.{SUFFIX}/x", "third", "--ws")
    made.wait_for(rf"Denied PUBLISH from {name} ", since)
    since = judge.mark()
    stage.require("published" not in stage.client(judge, stage.certificate(name)).publish(
        f"{name}/x", "thief", "--ws"), "a thief has published")
    stage.expect("the verdict on a thief", "refused, mismatch",
                 stage.wait_verdict(judge, since))


@within(120)
def devices_that_dns_does_not_prove_never_reach_the_broker(stage):
    if not reads_names():
        return
    broker = stage.broker()
    judge = stage.sample_front("mqtt", ("*.unsigned.net", "*.broken.net"))
    name, own = stage.device("a1b2")
    unsigned, broken = "a1b2._device.unsigned.net", "ns2.broken.net"
    for each in (unsigned, broken):
        stage.publish(each, own.tlsa())
    _wait_published(stage, stage.client(judge, own), f"{name}/x")
    since = broker.mark()
    for what, verdict, certificate in (
            ("a thief of the name", "refused, mismatch", stage.certificate(name)),
            ("no certificate", "refused, credential", None),
            ("the name as CN only", "refused, no-tlsa",
             stage.certificate(key=own.key, subject=f"/CN={name}")),
            ("a name that has no record", "refused, no-tlsa", stage.device("e5f6", False)[1]),
            ("a name that is not permitted", "refused, no-tlsa",
             stage.certificate("a1b2._device.example.net")),
            ("a name in an unsigned zone", "refused, insecure", stage.certificate(unsigned)),
            ("a name whose records are bogus", "failed, bogus", stage.certificate(broken))):
        mark = judge.mark()
        seen = stage.client(judge, certificate).publish(f"{name}/x", "no")
        stage.require(not seen.startswith("published"), f"{what}: {seen}")
        stage.expect(f"the verdict on {what}", verdict, stage.wait_verdict(judge, mark))
    stage.expect("TLS 1.2", "alert protocol version",
                 _again(judge, own, newest=ssl.TLSVersion.TLSv1_2))
    stage.expect("clients that the broker has seen", "[]", broker.connected(since))
    stage.require(not broker.matches("New connection", since), "the broker was connected to")


@within(60)
def a_raw_public_key_is_enough_for_a_listed_name(stage):
    if not reads_names():
        return
    broker, judge = stage.broker(), stage.sample_front("mqtt")
    own = stage.application()
    accepted = bytes([device.CONNACK << 4, 2, 0, 0])

    def come(certificate):
        return device.raw_key(judge.address, certificate, device.connect_packet("any"))
    stage.expect("its key", str(accepted), stage.until(str(accepted), lambda: come(own)))
    stage.expect("the user name and the client id", str((APPLICATION, APPLICATION)),
                 broker.wait_connected())
    since = judge.mark()
    stage.expect("another key", "b''", come(stage.certificate()))
    stage.expect("the verdict", "refused, mismatch", stage.wait_verdict(judge, since))


@within(90)
def the_end_of_a_record_disconnects_its_device(stage):
    if not reads_names():
        return
    broker, judge = stage.broker(), stage.sample_front("mqtt")
    name, own = stage.device("a1b2")
    other, others = stage.device("c3d4")
    for each, certificate in ((name, own), (other, others)):
        _wait_published(stage, stage.client(judge, certificate), f"{each}/x")
    kept = [device.Connection(judge.address, device.MQTT, each) for each in (own, others)]
    for connection in kept:
        stage.expect("a device", "connected", connection.mqtt())
    since = broker.mark()
    stage.withdraw(name)
    stage.expect("it is revoked", "closed", kept[0].ended())
    broker.wait_for(rf"Client {name} .*(?:closed|disconnected)", since)
    # A real client tries to connect again, and again.
    mark = judge.mark()
    stage.servers.append(stage.client(judge, own).subscribe(f"{name}/#").start())
    stage.expect("it comes again", "refused, no-tlsa", stage.wait_verdict(judge, mark))
    kept[1].put(device.publish_packet(f"{other}/state", "5"))
    broker.wait_for(rf"Received PUBLISH from {other} .*'{other}/state'", since)
    for connection in kept:
        connection.close()


@within(90)
def a_new_key_beside_the_old_one_keeps_the_device_connected(stage):
    """RFC 7671 8.1: the next key is published before it is used, the old one taken off later."""
    if not reads_names():
        return
    # So that a second connection does not end the first.
    broker = stage.broker(without="use_username_as_clientid true")
    judge = stage.sample_front("mqtt")
    name, own = stage.device("a1b2")
    stage.expect("a device", "connected", stage.until("connected", lambda: _again(judge, own)))
    kept = device.Connection(judge.address, device.MQTT, own)
    stage.expect("with the old key", "connected", kept.mqtt("old"))
    later = stage.certificate(name)
    stage.publish(name, own.tlsa(), later.tlsa())
    stage.expect("with the new key", "connected", stage.until(
        "connected", lambda: _again(judge, later)))
    kept.put(device.publish_packet(f"{name}/state", "old"))
    broker.wait_for(rf"Received PUBLISH from old .*'{name}/state'")
    since = judge.mark()
    stage.publish(name, later.tlsa())
    stage.expect("with the old key, at the end", "closed", kept.ended())
    kept.close()
    stage.expect("the verdict", "closed, mismatch", stage.wait_verdict(judge, since))
    stage.expect("with the new key, then", "connected", _again(judge, later))


def _again(judge, certificate, **how):
    """A connection of its own, and what CONNECT is answered with."""
    try:
        connection = device.Connection(judge.address, device.MQTT, certificate, **how)
    except OSError as error:
        return device.reason(error)
    try:
        return connection.mqtt()
    except OSError as error:
        return device.reason(error)
    finally:
        connection.close()


@within(90)
def devices_come_back_when_the_broker_is_back(stage):
    if not reads_names():
        return
    broker, judge = stage.broker(), stage.sample_front("mqtt")
    app = stage.client(judge, stage.application())
    name, own = stage.device("a1b2")
    client = stage.client(judge, own)
    for each, topic in ((app, "ready"), (client, f"{name}/x")):
        _wait_published(stage, each, topic)
    listening = stage.subscribed(client.subscribe(f"{name}/commands/#"), broker, name)
    stage.retire(broker)
    since = judge.mark()
    stage.expect("while it is away", "closed", _again(judge, own))
    judge.wait_for(r"front mqtt, server unreachable, server \S+/broker\.sock", since)
    mark = broker.mark()
    stage.servers.append(broker.start())
    # It connects again by itself.
    broker.wait_for(rf"Received SUBSCRIBE from {re.escape(name)}$", mark, within=30)
    judge.wait_for("front mqtt, server reachable again", since)
    stage.expect("a command", "published", app.publish(f"{name}/commands/reset", "now"))
    stage.expect("what it gets", str([f"{name}/commands/reset now"]), _got(listening, 1))


@within(60)
def two_devices_with_one_name_take_turns(stage):
    """By the sample, the name is the client id, and a broker has one session for each."""
    if not reads_names():
        return
    broker, judge = stage.broker(), stage.sample_front("mqtt")
    name, own = stage.device("a1b2")
    stage.expect("a device", "connected", stage.until("connected", lambda: _again(judge, own)))
    first = device.Connection(judge.address, device.MQTT, own)
    stage.expect("the first", "connected", first.mqtt("one"))
    second = device.Connection(judge.address, device.MQTT, own)
    stage.expect("the second", "connected", second.mqtt("two"))
    stage.expect("the first, now", "closed", first.ended())
    second.put(device.publish_packet(f"{name}/state", "2"))
    broker.wait_for(rf"Received PUBLISH from {name} .*'{name}/state'")
    for connection in (first, second):
        connection.close()


@within(60)
def without_client_ids_by_name_they_stay_side_by_side(stage):
    if not reads_names():
        return
    broker = stage.broker(without="use_username_as_clientid true")
    judge = stage.sample_front("mqtt")
    name, own = stage.device("a1b2")
    stage.expect("a device", "connected", stage.until("connected", lambda: _again(judge, own)))
    kept = [device.Connection(judge.address, device.MQTT, own) for _ in range(4)]
    for number, connection in enumerate(kept):
        stage.expect(f"number {number}", "connected", connection.mqtt(f"id{number}"))
    # max-per-identity of the sample.
    since = judge.mark()
    stage.require(_again(judge, own) != "connected", "a fifth connection of one name")
    judge.wait_for("limit max-per-identity", since)
    for number, connection in enumerate(kept):
        connection.put(device.publish_packet(f"{name}/{number}", "x"))
        broker.wait_for(rf"Received PUBLISH from id{number} .*'{name}/{number}'")
        connection.close()


# --- what each line of the sample is for --------------------------------------------------

@within(60)
def the_line_require_certificate_is_what_makes_the_name_the_user_name(stage):
    if not reads_names():
        return
    broker = stage.broker(without="require_certificate true")
    judge = stage.sample_front("mqtt")
    name, own = stage.device("a1b2")
    other = f"c3d4.{SUFFIX}"
    client = stage.client(judge, own)
    stage.expect("with a user name", "published", stage.until(
        "published", lambda: client.publish(f"{other}/state", "x", "-u", other)))
    stage.expect("without the line, the user name is", other, broker.wait_connected()[0])
    stage.require(not broker.matches("Denied PUBLISH"), f"{name} was denied it")


@within(60)
def the_line_listener_allow_anonymous_is_what_lets_devices_in(stage):
    if not reads_names():
        return
    stage.broker(without="listener_allow_anonymous true")
    judge = stage.sample_front("mqtt")
    _, own = stage.device("a1b2")
    # 5 is "not authorized" in MQTT 3.1.1.
    stage.expect("without the line", "refused with 5", stage.until(
        "refused with 5", lambda: _again(judge, own)))


@within(60)
def the_longest_name_has_its_topics_too(stage):
    if not reads_names():
        return
    broker, judge = stage.broker(), stage.sample_front("mqtt")
    rest = 253 - len(f".{SUFFIX}")
    labels = []
    while rest > 0:
        labels.append("a" * min(63, rest if rest <= 63 else rest - 2))
        rest -= len(labels[-1]) + 1
    name, own = stage.device(".".join(labels) + f".{SUFFIX}")
    stage.expect("the length of the name", "253", len(name))
    _wait_published(stage, stage.client(judge, own), f"{name}/state")
    stage.expect("the user name and the client id", str((name, name)),
                 broker.wait_connected())
    since = broker.mark()
    stage.client(judge, own).publish(f"{name[1:]}/state", "x")
    broker.wait_for("Denied PUBLISH from aaa", since)


@within(60)
def the_socket_of_the_broker_is_for_dance_front_alone(stage):
    """With the line for tmpfiles.d of the sample, and the broker's own user."""
    if not has_all_rights():
        print("skipped: a broker's own user and others are needed, and here is one only")
        return
    if not reads_names():
        return
    group = 29999  # of dance-front
    stage.between = tempfile.mkdtemp(prefix="dance-mqtt-", dir="/run")
    try:
        os.chown(stage.between, pwd.getpwnam("mosquitto").pw_uid, group)
        os.chmod(stage.between, 0o2750)
        folder = os.path.join(stage.between, "broker")
        server = mosquitto.SampleMosquitto(folder, stage.world, stage.between)
        server.text = server.text.replace("\nuser root\n", "\nuser mosquitto\n")
        os.chown(folder, pwd.getpwnam("mosquitto").pw_uid, -1)
        stage.servers.append(server.start())
        path = os.path.join(stage.between, "broker.sock")
        for who, groups, expected in (("another user", "nogroup", "PermissionError"),
                                      ("a member of the group", str(group), "connected")):
            stage.expect(who, expected, _connect_as(groups, path))
    finally:
        for made in list(stage.servers):
            stage.retire(made)
        shutil.rmtree(stage.between)


def _connect_as(group, path):
    code = ("import socket, sys\ntry:\n socket.socket(socket.AF_UNIX).connect(sys.argv[1])\n"
            " print('connected')\nexcept OSError as error:\n print(type(error).__name__)")
    return run("setpriv", "--reuid", "nobody", "--regid", group, "--clear-groups", "python3",
               "-c", code, path).stdout.strip()


# --- the device of the samples ------------------------------------------------------------

@within(90)
def the_device_of_the_samples_makes_its_key_and_comes(stage):
    """device.sh, as it is."""
    named = reads_names()
    broker = stage.broker() if named else stage.nameless_broker()
    judge = stage.sample_front("mqtt") if named else stage.nameless_front()
    folder = stage.path("device.sample")
    os.makedirs(folder)
    os.symlink(stage.server_certificate.path, os.path.join(folder, "server.pem"))
    script = os.path.join(folder, "device.sh")
    with open(script, "w", encoding="ascii") as file:
        file.write(samples.placed("device.sh", folder))
    made = run("sh", script, "provision").stdout
    stage.require("BEGIN CERTIFICATE" in made, made)
    certificate = os.path.join(folder, "device.pem")
    name = f"a1b2.{SUFFIX}"
    said = run("dance", "tlsa", "--name", name, "--ttl", "6", certificate).stdout
    stage.publish(name, said.split(" TLSA ")[1].strip())
    device_itself = stage.client(judge, None)
    stage.expect("device.sh publish", "0", stage.until("0", lambda: device_itself.script(
        script, "publish", "temperature", stdin="21\n").returncode))
    broker.wait_for(rf"Received PUBLISH from .*'{name}/temperature'")
    since = broker.mark()
    commands = stage.subscribed(device_itself.long_script(script, "commands"), broker,
                                name if named else r"\S+")
    app = stage.client(judge, stage.application())
    _wait_published(stage, app, f"{name}/commands/reset", "now")
    stage.expect("device.sh commands", str(["now"]), _got(commands, 1))
    if named:
        stage.expect("the user name and the client id", str((name, name)),
                     broker.wait_connected(since))
