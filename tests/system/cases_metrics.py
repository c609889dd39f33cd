# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Metrics of a dance-front, scraped while clients come; and its log as JSON.

import json
import os
import re
import shutil
import signal
import socket
import threading
import time

import asker
import scrape
from documents import REPOSITORY
from front_stage import NAME, OTHER_NAME, OTHER_ZONE, FrontStage
from process import eventually, run
from prometheus import Prometheus
from stage import ZONE, within

SUBSET = "front"
AT = "127.0.0.50@9853"
FOLDER = os.path.dirname(os.path.abspath(__file__))
SAMPLES = os.path.join(REPOSITORY, "doc", "samples")
RULES = os.path.join(SAMPLES, "prometheus-rules.yml")
LINE = re.compile(r"(?:(front|client|ask) ([\w-]+), )?([^,(;]+?)((?:, [a-z-]+ [^,;()]+?)*)"
                  r"(?: \((.*?)\))?(?:; do: (.*))?")


class MetricsStage(FrontStage):
    def measured(self, names=(NAME,), at=AT, **more):
        return self.front(self.behind("NSD"), names, more={"server": {"metrics": at, **more}})

    def value(self, series, at=AT):
        return scrape.scrape(at).get(series, 0)

    def expect_value(self, series, value, at=AT):
        self.expect(series, str(value), self.until(
            str(value), lambda: f"{self.value(series, at):.0f}"))


STAGE = MetricsStage


@within(60)
def each_client_makes_its_own_series_grow(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    judge = stage.measured()
    judge.wait_for(rf"notice: serving metrics, address {re.escape(AT)}$")
    stage.expect("the peer", "transferred", stage.judged(judge, judge.address, peer))
    stage.expect_value('dance_requests_total{front="xot",identity="peer0",type="axfr",'
                       'verdict="allow"}', 1)
    octets = stage.value('dance_transfer_octets_total{front="xot",identity="peer0"}')
    stage.require(octets > 100, f"{octets} octets of a transfer")
    # Who shows another key than that of a listed name counts for this name.
    for certificate, verdict, identity in ((None, "credential", ""),
                                           (stage.certificate(), "mismatch", "peer0")):
        stage.ask(judge, certificate)
        stage.expect_value(f'dance_verdicts_total{{front="xot",verdict="{verdict}"}}', 1)
        stage.expect_value(f'dance_requests_total{{front="xot",identity="{identity}",'
                           'type="axfr",verdict="deny"}', 1)
    stage.put(judge.address, peer, OTHER_ZONE)
    stage.expect_value('dance_backend_errors_total{front="xot",reason="refused"}', 1)
    with socket.create_connection((judge.address, 853), 20) as plain:
        plain.sendall(b"GET / HTTP/1.0\r\n\r\n")
        plain.recv(100)
    stage.expect_value('dance_connections_total{front="xot",result="handshake_failed"}', 1)
    stage.expect_value('dance_connections_total{front="xot",result="accepted"}', 4)
    stage.expect_value('dance_connections_open{front="xot"}', 0)
    with asker.Asker(judge.address, peer) as connection:
        stage.expect("asked", "transferred", connection.ask(ZONE))
        stage.expect_value('dance_connections_open{front="xot"}', 1)
    samples = scrape.scrape(AT)
    for series, value in ((f'dance_records_usable{{front="xot",name="{NAME}"}}', 1),
                          (f'dance_records_state{{front="xot",name="{NAME}",state="secure"}}', 1),
                          ('dance_trust_anchor_state{state="current"}', 1),
                          ("dance_config_last_reload_success", 1)):
        stage.expect(series, str(value), f"{samples.get(series, -1):.0f}")
    of_name = f'_timestamp_seconds{{front="xot",name="{NAME}"}}'
    until, signed = (samples.get(f"dance_records_{what}" + of_name, 0)
                     for what in ("expire", "signatures_end"))
    stage.require(time.time() < until <= signed, f"used until {until}, signed until {signed}")
    stage.require("dance_records_failing_since" + of_name not in samples, "lookups fail")
    stage.require(samples['dance_lookups_total{result="secure"}'] >= 1, "no lookup is counted")
    stage.require(not any(peer.key.digest in series or "127.0.0.1" in series
                          for series in samples), "a peer is in a series")
    since = judge.mark()
    judge.process.child.send_signal(signal.SIGUSR1)
    judge.wait_for(r"notice: counters, .*\bmismatch 1\b", since)


@within(60)
def a_reload_makes_no_counter_go_back(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    judge = stage.measured([NAME, OTHER_NAME])
    stage.expect("the peer", "transferred", stage.judged(judge, judge.address, peer))
    stage.ask(judge, None)
    before = scrape.scrape(AT)
    good = judge.sections
    judge.sections = {**good, "front": [{**good["front"][0], "key-file": "/nowhere"}]}
    judge.reload(r"error: configuration not reloaded")
    stage.expect_value("dance_config_last_reload_success", 0)
    judge.sections = {**good, "server": {**good["server"], "max-handshakes": 77}}
    judge.reload()
    stage.expect_value("dance_config_last_reload_success", 1)
    after = scrape.scrape(AT)
    gone = {series: (value, after.get(series)) for series, value in before.items()
            if re.match(r"dance_\w+(?:_total|_bucket|_count)\b", series)
            and after.get(series, -1) < value}
    stage.require(not gone, f"these went back: {gone}")
    # Elsewhere from now on, and then nowhere.
    path = stage.path("metrics.socket")
    for at in (path, None):
        judge.sections = {**good, "server": {"metrics": at} if at else {}}
        judge.reload()
        if at:
            stage.require(scrape.scrape(at), "nothing at a UNIX socket")
        stage.expect("where it was", "refused", _refused(AT))
    stage.require(not os.path.exists(path), "its socket is left behind")


def _refused(at):
    try:
        return scrape.fetch(at)[0]
    except ConnectionRefusedError:
        return "refused"


@within(60)
def the_names_are_those_of_the_manual_and_promtool_likes_them(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    judge = stage.measured()
    stage.expect("the peer", "transferred", stage.judged(judge, judge.address, peer))
    # A connection's end may bring an alert, and with it a series between two looks.
    stage.expect_value('dance_connections_open{front="xot"}', 0)
    with open(os.path.join(REPOSITORY, "doc/dance-front.8"), encoding="ascii") as page:
        listed = re.findall(r"^\.It Li (\w+)", page.read().partition(".Sh METRICS")[2], re.M)
    status, kind, text = scrape.fetch(AT, "text/plain")
    stage.expect("the status", "200", status)
    stage.expect("the type", scrape.CLASSIC, kind)
    declared = set(re.findall(r"^# TYPE (\w+)", text, re.M))
    stage.expect("the names", str(sorted(listed)), sorted(declared))
    unlisted = scrape.names(scrape.read(text)) - set(listed)
    stage.require(not unlisted, f"these are not in the manual: {unlisted}")
    stage.expect("names in OpenMetrics", str(sorted(scrape.names(scrape.read(text)))),
                 sorted(scrape.names(scrape.scrape(AT))))
    if not shutil.which("promtool"):
        # Only what ./dev installs is sure to have it.
        return
    stage.expect("promtool", "", scrape.linted(text))
    stage.require(scrape.linted(text.replace("_total", "_sum")), "promtool finds nothing")


def _answer(address, port, octets):
    """How the answer begins. None if the end of the connection overtakes it, as it may where
    octets are left unread."""
    with socket.create_connection((address, int(port)), 20) as stranger:
        try:
            stranger.sendall(octets)
            return stranger.recv(12).decode() or None
        except ConnectionError:
            return None


@within(90)
def strangers_at_the_metrics_hold_nobody_up(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    judge = stage.measured()
    stage.expect("the peer", "transferred", stage.judged(judge, judge.address, peer))
    address, _, port = AT.partition("@")
    over = threading.Event()

    def flood():
        held = []
        while not over.is_set():
            try:
                held.append(socket.create_connection((address, int(port)), 20))
                held[-1].sendall(b"GET /metrics HTTP/1.1\r\nX: " + b"y" * 500)
            except OSError:
                pass
            if len(held) > 100:
                held.pop(0).close()

    strangers = threading.Thread(target=flood)
    strangers.start()
    try:
        for _ in range(20):
            stage.expect("the peer", "transferred", stage.judged(judge, judge.address, peer))
    finally:
        over.set()
        strangers.join()
    for octets, status in ((b"\x16\x03\x01\x02\x00\x01\n\n", 400),
                           (b"GET /metrics HTTP/1.1\r\nX: " + b"y" * 9000, 431),
                           (b"DELETE /metrics HTTP/1.0\r\n\r\n", 405)):
        stage.expect(f"{octets[:20]}", f"HTTP/1.1 {status}",
                     eventually(lambda: _answer(address, port, octets), 20, what="an answer"))
    stage.expect_value('dance_requests_total{front="xot",identity="peer0",type="axfr",'
                       'verdict="allow"}', 21)


def _used(text):
    """The names of metrics in a text; a histogram's are those of its parts."""
    found = re.findall(r"\b(?:dance|process)_[a-z_]+\b", text)
    return {re.sub(r"(?<=seconds)_(?:bucket|sum|count)$", "", name) for name in found}


def rules_and_the_dashboard_use_metrics_that_there_are(stage):
    known = set()
    for daemon in ("front", "ask"):
        with open(os.path.join(REPOSITORY, f"doc/dance-{daemon}.8"), encoding="ascii") as page:
            known |= set(re.findall(r"^\.It Li (\w+)", page.read().partition(".Sh METRICS")[2],
                                    re.M))
    with open(os.path.join(SAMPLES, "grafana-dashboard.json"), encoding="ascii") as file:
        board = json.load(file)
    panels = board["panels"]
    stage.expect("the model", "39", board["schemaVersion"])
    stage.expect("places", str(len(panels)),
                 len({(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}))
    inputs = {f"${{{each['name']}}}" for each in board["__inputs"]}
    exprs = [target["expr"] for panel in panels for target in panel["targets"]]
    stage.require(all(panel["datasource"]["uid"] in inputs for panel in panels),
                  "a panel has a data source of its own")
    with open(RULES, encoding="ascii") as file:
        rules = file.read()
    for what, used in (("the dashboard", _used(" ".join(exprs))),
                       ("the rules", _used(rules))):
        stage.require(len(used) > 8, f"{what}: only {used}")
        stage.require(not used - known, f"{what}: there is no {used - known}")


def every_rule_fires_when_it_should(stage):
    for how, path in (("check rules", RULES),
                      ("check config", os.path.join(SAMPLES, "prometheus.yml")),
                      ("test rules", os.path.join(FOLDER, "prometheus_rules_test.yml"))):
        done = run("promtool", *how.split(), path, check=False)
        stage.expect(f"promtool {how}: {done.stdout}", "0", done.returncode)
    with open(RULES, encoding="ascii") as rules, \
            open(os.path.join(FOLDER, "prometheus_rules_test.yml"), encoding="ascii") as tests:
        named = re.findall(r"- alert: (\w+)", rules.read())
        tested = set(re.findall(r'alertname="(\w+)"', tests.read()))
    stage.expect("the rules that are tested", str(sorted(named)), sorted(tested))


@within(120)
def a_real_prometheus_tells_that_the_server_behind_is_away(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    server = stage.behind("NSD")
    judge = stage.front(server, more={"server": {"metrics": AT}})
    stage.expect("the peer", "transferred", stage.judged(judge, judge.address, peer))
    prometheus = Prometheus(stage.path("prometheus"), AT, RULES)
    stage.servers.append(prometheus.start())
    stage.expect("what it scrapes", "1", stage.until("1", lambda: prometheus.value(
        'up{job="dance"}')))
    stage.expect("an allowed transfer", "1", stage.until("1", lambda: prometheus.value(
        'dance_requests_total{identity="peer0",type="axfr",verdict="allow"}')))
    stage.require("DanceBackend" not in prometheus.firing(), "it fires before")
    server.kill()

    def fires():
        stage.put(judge.address, peer)
        return "DanceBackend" in prometheus.firing()
    stage.expect("the alert", "True", stage.until("True", fires, within=60))
    server.start()


def metrics_for_other_hosts_are_warned_of(stage):
    judge = stage.front(stage.behind("NSD", start=False), start=False,
                        more={"server": {"metrics": "192.0.2.1@9853"}})
    stage.servers.remove(judge)
    for at, expected in (("192.0.2.1@9853", 1), ("127.0.0.1@9853", 0), ("/run/m", 0)):
        judge.sections["server"] = {"metrics": at}
        done = judge.check()
        stage.expect(f"{at}: exit", "0", done.returncode)
        stage.expect(at, str(expected), done.stdout.count("metrics not on loopback"))
    judge.sections["server"] = {"metrics": f"{judge.address}@853"}
    done = judge.check()
    stage.expect("where a front listens: exit", "1", done.returncode)
    stage.require("'metrics' is 127.0.0.50@853, but front xot listens there" in done.stdout,
                  done.stdout)


def _plain(object_):
    """The line that it stands for."""
    section = next((kind for kind in ("front", "client", "ask")
                    if list(object_)[3:4] == [kind]), None)
    text = f"{section} {object_[section]}, " if section else ""
    text += object_["what"]
    taken = {"time", "program", "level", "what", "reason", "do", section}
    text += "".join(f", {key} {value}" for key, value in object_.items() if key not in taken)
    text += f" ({object_['reason']})" if "reason" in object_ else ""
    return text + (f"; do: {object_['do']}" if "do" in object_ else "")


def _steady(line):
    """Without what differs from run to run."""
    line = re.sub(r"(@\d+|, ttl \d+|, (?:seconds|received|sent) \d+|\b[0-9a-f]{64}\b)", "", line)
    return re.sub(r"/[\w./-]+", "PATH", line)


def _life(stage, server, peer, form):
    """The lines of a run in which much happens."""
    judge = stage.front(server, more={"log": {
        "target": "stderr", "level": "info", "format": form}}, start=False)
    judge.write()
    since = judge.mark()
    judge.process.start()
    judge.wait_for("listening", since)
    for certificate in (peer, None, stage.certificate()):
        stage.until("answered", lambda who=certificate: _answered(judge, who))
    stage.put(judge.address, peer, OTHER_ZONE)
    with socket.create_connection((judge.address, 853), 20) as plain:
        plain.sendall(b"GET / HTTP/1.0\r\n\r\n")
        plain.recv(100)
    judge.sections["front"][0]["key-file"] = "/nowhere"
    judge.reload(r"configuration not reloaded")
    judge.process.child.send_signal(signal.SIGUSR1)
    judge.wait_for("counters", since)
    lines = [line for line in judge.lines(since) if line.strip()]
    stage.retire(judge)
    return lines


def _answered(judge, certificate):
    try:
        asker.ask(judge.address, ZONE, certificate=certificate)
        return "answered"
    except OSError as error:
        return str(error)


@within(90)
def json_says_what_the_plain_lines_say(stage):
    server, peer = stage.behind("NSD"), stage.certificate()
    stage.publish(NAME, peer.tlsa())
    plain = _life(stage, server, peer, "plain")
    objects = [json.loads(line) for line in _life(stage, server, peer, "json")]
    for each in objects:
        stage.require(all(isinstance(value, str) for value in each.values()), f"{each}")
        stage.require(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", each["time"]),
                      each["time"])
        stage.expect("the program", "dance-front", each["program"])
        stage.require(LINE.fullmatch(_plain(each)), f"not as lines are: {each}")
    said = sorted({f"{each['level']}: {_steady(_plain(each))}" for each in objects
                   if each["what"] != "counters"})
    wanted = sorted({_steady(line.removeprefix("dance-front: ")) for line in plain
                     if "counters" not in line})
    stage.expect("the lines", "\n".join(wanted), "\n".join(said))
    stage.require(len(wanted) > 8, f"only {wanted}")
