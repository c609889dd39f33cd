# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What doc/migration.md tells an operator to do, step by step, done here with real secondaries: the way
# from TSIG to DANE, the way back, and what is left when only a line is lost.

import base64
import re
import threading

import asker
import documents
import programs
from process import eventually, run
from secondary import Secondary
from stage import ZONE, within

NAMES = {"ns2": "_xfr-client.ns2.example.net", "ns3": "_xfr-client.ns3.example.org"}
ADDRESSES = {"ns2": "127.0.0.21", "ns3": "127.0.0.22"}
SECRETS = {"ns2": "bm90IGEgc2VjcmV0LCBmb3IgdGVzdHMgb25seTogMg==",
           "ns3": "bm90IGEgc2VjcmV0LCBmb3IgdGVzdHMgb25seTogMw=="}
BY_AXFR = "transferred by AXFR"


def _key(who):
    return {"id": f"{who}-tsig", "algorithm": "hmac-sha256", "secret": SECRETS[who]}


def _plain(stage, who):
    """A secondary of today, over plain TCP, that has not been started."""
    secondary = Secondary(stage._path("secondary"), ADDRESSES[who], [ZONE])
    secondary.sections["remote"] = [{
        "id": "primary", "address": "127.0.0.10@53", "via": ADDRESSES[who]}]
    stage.servers.append(secondary)
    return secondary


def _by_tsig(stage, who):
    """One with TSIG."""
    secondary = _plain(stage, who)
    secondary.sections["key"] = [_key(who)]
    secondary.sections["remote"][0]["key"] = f"{who}-tsig"
    return secondary.start()


def _with_a_key(stage, secondary, who):
    """It has a TLS key when a remote of it wants TLS, used or not; the key is published."""
    secondary.sections["remote"].append({
        "id": "primary-tls", "address": "127.0.0.10@853", "via": secondary.address,
        "tls": True})
    stage.require(not secondary.stop(), "the secondary does not end well")
    secondary.start()
    stage.publish(NAMES[who], f"3 1 1 {secondary.key_digest()}")


def _signed(who, primary):
    """What anybody gets who has that TSIG key, over plain TCP."""
    text = run("kdig", f"@{primary.address}", "+tcp", "+retry=0", "-y",
               f"hmac-sha256:{who}-tsig:{SECRETS[who]}", ZONE, "AXFR", check=False).stdout
    error = re.search(r"error '(\w+)'", text)
    return error[1] if error else "transferred" if " SOA" in text else text


def _no_stranger(stage, primary):
    for how in ({"tls": False}, {}, {"certificate": stage.certificate()}):
        seen = asker.ask(primary.address, ZONE, **how)
        stage.expect(f"a stranger with {sorted(how)}", ("NOTAUTH", "SERVFAIL"), seen.rcode)


def _module(stage, **options):
    return {"module": [{"id": "mod-dance", "file": programs.module_file()}],
            "mod-dance": [{"id": "xot", **stage.options(list(NAMES.values()), **options)}]}


@within(150)
def secondaries_move_from_TSIG_to_DANE_one_after_the_other(stage):
    primary = stage.primary(modules={}, zones={ZONE: {"acl": "tsig"}}, start=False)
    zone = primary.sections["zone"][0]
    primary.sections.update({
        "server": {**primary.sections["server"], "automatic-acl": False},
        "key": [_key(who) for who in NAMES],
        "acl": [{"id": "tsig", "key": [f"{who}-tsig" for who in NAMES],
                 "action": "transfer"}],
        "remote": [{"id": who, "address": f"{address}@53", "via": primary.address}
                   for who, address in ADDRESSES.items()]})
    zone["notify"] = list(ADDRESSES)
    primary.process.env = stage.theatre.sanitizer.environment
    primary.start()
    moving = {who: _by_tsig(stage, who) for who in NAMES}

    def check(what):
        for who, secondary in moving.items():
            stage.expect(f"{what}, {who}", BY_AXFR, secondary.pull(ZONE))
        _no_stranger(stage, primary)

    check("before")
    stage.say("A dry run: with the module, nobody's access changes.")
    primary.sections.update(_module(stage, identity_address=True, refuse=False))
    zone["module"] = "mod-dance/xot"
    stage.require(not primary.stop(), "the primary does not end well")
    primary.start()
    check("dry run")
    left = [line for line in primary.verdicts() if line.done == "left to the acl"]
    stage.require(left and all("; do: " in line.rest for line in left), f"{left}")
    stage.say("Both rules are in force.")
    primary.sections["acl"].append({
        "id": "dane", "address": [f"/dance/{name}" for name in NAMES.values()],
        "protocol": "tls", "action": "transfer"})
    zone["acl"] = ["tsig", "dane"]
    primary.reload()
    check("both rules")
    for number, (who, secondary) in enumerate(moving.items(), 2):
        stage.say(f"{who} gets a key and then another primary: the same one by TLS.")
        _with_a_key(stage, secondary, who)
        check(f"{who} has a key")
        secondary.sections["zone"][0]["master"] = "primary-tls"
        secondary.reload()
        stage.expect(f"{who} has moved", BY_AXFR, stage.until(
            BY_AXFR, lambda: secondary.pull(ZONE)))
        stage.expect("the log", f"allowed, {NAMES[who]}", _last(primary))
        primary.change(ZONE, number, f"new{number} A 192.0.2.2\n")
        for other in moving.values():
            other.has(ZONE, number)
        primary.sections["acl"][0]["key"].remove(f"{who}-tsig")
        if not primary.sections["acl"][0]["key"]:
            stage.say("The last has moved: the module refuses all others itself.")
            primary.sections["acl"].pop(0)
            primary.sections["mod-dance"][0].pop("refuse")
            zone["acl"] = "dane"
        primary.reload()
        check(f"{who} has moved, and its TSIG key is out")
        stage.expect(f"the TSIG key of {who}", "NOTAUTH", _signed(who, primary))


@within(150)
def addresses_and_pins_give_way_to_names_while_transfers_go_on(stage):
    """ns2 is known by its address, over plain TCP; ns3 by the pin of its key, over TLS."""
    known = Secondary(stage._path("secondary"), ADDRESSES["ns3"], [ZONE])
    stage.servers.append(known)
    known.start()
    pin = base64.b64encode(bytes.fromhex(known.key_digest())).decode()
    moving = {"ns2": _plain(stage, "ns2").start(), "ns3": known}
    primary = stage.primary(modules={}, zones={ZONE: {"acl": ["addresses", "pins"]}}, start=False)
    zone = primary.sections["zone"][0]
    primary.sections.update({
        "server": {**primary.sections["server"], "automatic-acl": False},
        "acl": [{"id": "addresses", "address": ADDRESSES["ns2"], "action": "transfer"},
                {"id": "pins", "cert-key": pin, "protocol": "tls", "action": "transfer"}]})
    primary.process.env = stage.theatre.sanitizer.environment
    primary.start()

    def check(what):
        for who, secondary in moving.items():
            stage.expect(f"{what}, {who}", BY_AXFR, secondary.pull(ZONE))
        _no_stranger(stage, primary)

    check("before")
    stage.say("Both are in force. The key that had a pin gets a record; its secondary does nothing.")
    stage.publish(NAMES["ns3"], f"3 1 1 {known.key_digest()}")
    primary.sections.update(_module(stage, identity_address=True, refuse=False))
    primary.sections["acl"].insert(0, {
        "id": "dane", "address": [f"/dance/{name}" for name in NAMES.values()],
        "protocol": "tls", "action": "transfer"})
    zone.update({"module": "mod-dance/xot", "acl": ["dane", "addresses", "pins"]})
    stage.require(not primary.stop(), "the primary does not end well")
    primary.start().wait_for(f"records validated, client {NAMES['ns3']}")
    stage.expect("both, the one with a pin", BY_AXFR, known.pull(ZONE))
    stage.expect("the log", f"allowed, {NAMES['ns3']}", _last(primary))
    check("both")
    stage.say("The pins go, and come back, and go.")
    for acl in (["dane", "addresses"], ["dane", "addresses", "pins"], ["dane", "addresses"]):
        zone["acl"] = acl
        primary.reload()
        check(f"{acl}")
    stage.say("ns2 gets a key and then another primary: the same one by TLS.")
    _with_a_key(stage, moving["ns2"], "ns2")
    check("ns2 has a key")
    moving["ns2"].sections["zone"][0]["master"] = "primary-tls"
    moving["ns2"].reload()

    def again():
        """Its address lets it in until its record is known, so the log has to say more."""
        stage.expect("ns2 moves", BY_AXFR, moving["ns2"].pull(ZONE))
        return _last(primary)
    stage.expect("the log", f"allowed, {NAMES['ns2']}",
                 stage.until(f"allowed, {NAMES['ns2']}", again))
    zone["acl"] = "dane"
    primary.sections["mod-dance"][0].pop("refuse")
    primary.reload()
    check("names alone")
    stage.expect("from the address alone", "NOTAUTH", asker.ask(
        primary.address, ZONE, tls=False, source=ADDRESSES["ns2"]).rcode)


def _last(primary):
    """What the log says of the last request over TLS: whether it was let in, and who."""
    line = [line for line in primary.verdicts() if line.protocol == "TLS"][-1]
    return f"{line.done}, {(line.client or '').rstrip('.')}"


class _Stranger:
    """Asks for the zone over TLS again and again, and keeps what it is answered."""

    def __init__(self, primary):
        self.primary = primary
        self.seen = []
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._ask)
        self.thread.start()

    def _ask(self):
        while not self.over.is_set():
            try:
                self.seen.append(str(asker.ask(self.primary.address, ZONE)))
            except OSError as error:
                self.seen.append(repr(error))

    def answered(self, count=5):
        """Returns when so many more answers have come."""
        enough = len(self.seen) + count
        eventually(lambda: len(self.seen) >= enough, what="a stranger is answered")

    def end(self):
        self.over.set()
        self.thread.join()
        return self.seen.count("transferred")


def _short_form(stage):
    """The rule for any TLS client, with the module before it."""
    primary = stage.primary(modules={"xot": stage.options(list(NAMES.values()))})
    return primary, primary.sections["zone"][0]


@within(60)
def backing_out_by_the_acl_first_and_the_module_second_gives_a_stranger_nothing(stage):
    primary, zone = _short_form(stage)
    stranger = _Stranger(primary)
    try:
        stranger.answered()
        zone["acl"] = None
        primary.reload()
        stranger.answered()
        del zone["module"]
        primary.reload()
        stranger.answered()
        for section in ("module", "mod-dance"):
            del primary.sections[section]
        primary.reload()
        stranger.answered()
    finally:
        transferred = stranger.end()
    stage.expect("zones given to a stranger", "0", transferred)


def without_its_module_the_short_form_gives_the_zone_to_anybody(stage):
    # What doc/xot.md warns of; and why the case above could fail.
    primary, zone = _short_form(stage)
    _no_stranger(stage, primary)
    del zone["module"]
    primary.reload()
    stage.expect("a stranger", "transferred", asker.ask(primary.address, ZONE))


def the_form_that_is_taught_first_stays_closed_without_its_module(stage):
    (block, *_) = [block for block in documents.blocks("knot.conf")
                   if block.page == "README.md" and "mod-dance/xot" in block.text]
    found = programs.entries(block.text)
    shown = {section: [_items(lines) for (name, _), lines in found.items()
                       if name == section]
             for section in ("mod-dance", "remote", "acl", "zone")}
    (options,), (zone,) = shown["mod-dance"], shown["zone"]
    (server,) = [_items(lines) for name, lines in programs.sections(block.text)
                 if name == "server"]
    client, peer = options["client"][0], stage.certificate()
    stage.publish(client, peer.tlsa())
    primary = stage.primary(
        modules={options.pop("id"): {**stage.options([]), **options}},
        zones={zone.pop("domain"): zone}, start=False)
    primary.sections["acl"] = shown["acl"]
    # Strangers come from the very address that is told of changes.
    primary.sections["remote"] = [{**remote, "address": "127.0.0.31"}
                                  for remote in shown["remote"]]
    primary.sections["server"]["automatic-acl"] = server["automatic-acl"]
    primary.start().wait_for(f"records validated, client {client}")
    stage.expect("the client", "transferred", stage.ask(primary, peer))
    _no_stranger(stage, primary)
    stage.say("The line 'module:' is lost.")
    del primary.sections["zone"][0]["module"]
    primary.reload()
    _no_stranger(stage, primary)
    stage.expect("the client", "NOTAUTH",
                 asker.ask(primary.address, ZONE, certificate=peer).rcode)


def _items(lines):
    """The options of an entry of knot.conf, as Python values."""
    found = {}
    for line in lines:
        name, value = re.match(r"[ -]+([\w-]+): (.*)$", line).groups()
        words = re.findall(r'[^\s\[\],"]+', value)
        found[name] = words if value.startswith("[") else words[0]
    return found
