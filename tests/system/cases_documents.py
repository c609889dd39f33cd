# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What README.md and the other pages print is true: each configuration is judged by the program
# that it is for, each command is run, each line of a log is one that the programs write. A
# block that is none of these has to be listed here, so that no new one escapes.

import json
import os
import re
import socket

import asker
import commands
import device
import documents
import exim
import kresd
import mosquitto
from ask import policy
from device_stage import DeviceStage
from documents import blocks
from fleet import ENTRY, put_list
from front_stage import NAME
from mail_stage import NAME as MAIL_NAME
from mail_stage import MailStage
from place import Place, has_all_rights
from process import Failed, run
from programs import PROGRAMS
from stage import ZONE, within
from stream_peer import Behind


class PageStage(DeviceStage, MailStage):
    """With all servers that pages tell of."""


STAGE = PageStage

# Drawings and lists, by their page and first words.
TEXTS = {
    ("CONTRIBUTING.md", "src/          libdance,"),
    ("doc/flow.md", "a TLS client asks for zone Z"),
    ("doc/flow.md", "a TLS client connects"),
    ("doc/flow.md", "libdance, in each host"),
    ("doc/iot.md", "device  -- MQTT over TLS -->"),
}
# Whose configurations these are, by the major version.
KNOT_RESOLVER = {"kresd.conf": (5,), "knot-resolver.yaml": (6,)}
# What is judged below as well.
OTHERS = {"console", "zone", "log", "reference"}
# A page in each notation, and what is to be found in it.
MARKDOWN = "Words:\n\n    module: x\n\n```\na\n```\n\n```knot.conf\nb\n```\n- item\n\n```log\nc"
MARKED = "One::\n\n   a\n\n.. log\n\nTwo::\n\n   b\n   c\n\n.. zone\n\n::\n\n   d\n"
FOUND = {
    "x.md": [(3, None, "module: x\n"), (5, None, "a\n"), (9, "knot.conf", "b\n"),
             (14, None, "the fence is never closed\n")],
    "x.rst": [(2, None, "a\n"), (8, "log", "b\nc\n"), (15, "zone", "d\n")],
}
KEY = {"id": "tsig", "algorithm": "hmac-sha256",
       "secret": "bm90IGEgc2VjcmV0LCBmb3IgdGVzdHMgb25seQ=="}
APEX = "@ 60 SOA a. b. 1 60 60 60 60\n@ 60 NS a.\na. 60 A 192.0.2.1\n"


def _failures(judge, found):
    """What a judge says of each block that it does not take."""
    wrong = []
    for block in found:
        try:
            wrong += judge(block)
        except Failed as failure:
            wrong.append(f"{block}: {failure}")
    return wrong


def every_block_of_a_page_says_what_it_is(stage):
    for page, text in (("x.md", MARKDOWN), ("x.rst", MARKED)):
        seen = [(block.line, block.kind, block.text) for block in documents.find(page, text)]
        stage.expect(f"the blocks of {page}", str(FOUND[page]), seen)
    found = blocks()
    stage.require(len(found) > 25, f"only {len(found)} blocks are found")
    wrong = [f"{block} says '{block.kind}'" for block in found
             if block.kind not in OTHERS | {"text"} and block.kind not in PROGRAMS]
    left = set(TEXTS)
    for block in found:
        listed = {(page, start) for page, start in TEXTS
                  if block.page == page and block.text.startswith(start)}
        if block.kind == "text" and not listed:
            wrong.append(f"{block} is 'text', and not listed")
        left -= listed
    wrong += [f"{page} has no text '{start}'" for page, start in left]
    stage.require(not wrong, "; ".join(wrong))


def no_sentence_holds_a_configuration_that_nobody_tries(stage):
    wrong = [f"{page}:{line}: {text}" for page in documents.pages()
             for line, text in documents.spans(page)
             if re.search(r"\{.*[\w-]+: |\[.*: .*\]|\{.*;", text)]
    stage.require(not wrong, "; ".join(wrong))


def _judge(stage, kind):
    """What the program says of each configuration of a kind."""
    path, whole, command = PROGRAMS[kind]
    found = blocks(kind)
    stage.require(found, f"no page has a {kind}")
    if kind == "nftables.conf" and not has_all_rights():
        print("skipped: the packet filter's users cannot be made here")
        return
    if kind in KNOT_RESOLVER and kresd.version() not in KNOT_RESOLVER[kind]:
        print(f"skipped: a {kind} is of another version of Knot Resolver than the one here")
        return

    def judge(block):
        text = whole(block, [other for other in found if other.page == block.page])
        stage.require(block.text in text, f"{block} was changed")
        place = Place(stage._path("place"), stage.theatre.sanitizer.environment)
        place.put(path, text)
        place.put_keys(text, stage.theatre.certificate)
        done = place.run(f"mkdir -p /run/knot\n{command} 2>&1")
        if kind == "nftables.conf" and "not permitted" in done.stdout:
            print(f"skipped: {block}: this kernel takes no rules from us")
            return []
        stage.say(f"{block}: {command}")
        bad = done.returncode != 0 or re.search(r"\bwarning\b", done.stdout)
        return [f"{block}: {done.stdout.strip()}"] if bad else []

    wrong = _failures(judge, found)
    stage.require(not wrong, "; ".join(wrong))


@within(120)
def what_is_shown_of_knot_conf_passes_the_check_of_knotc(stage):
    _judge(stage, "knot.conf")


@within(60)
def what_is_shown_of_dance_front_conf_passes_its_check(stage):
    _judge(stage, "dance-front.conf")


@within(60)
def what_is_shown_of_nsd_conf_passes_the_check_of_nsd(stage):
    _judge(stage, "nsd.conf")


@within(60)
def what_is_shown_of_named_conf_passes_the_check_of_bind(stage):
    _judge(stage, "named.conf")


@within(60)
def what_is_shown_of_pdns_conf_passes_the_check_of_powerdns(stage):
    _judge(stage, "pdns.conf")


@within(60)
def what_is_shown_of_unbound_conf_passes_the_check_of_unbound(stage):
    _judge(stage, "unbound.conf")


@within(60)
def what_is_shown_of_kresd_conf_is_taken_by_knot_resolver_5(stage):
    _judge(stage, "kresd.conf")


@within(60)
def what_is_shown_of_its_yaml_passes_the_check_of_knot_resolver_6(stage):
    _judge(stage, "knot-resolver.yaml")


@within(60)
def what_is_shown_of_mosquitto_conf_passes_the_check_of_mosquitto(stage):
    _judge(stage, "mosquitto.acl")
    if mosquitto.reads_names():
        _judge(stage, "mosquitto.conf")
    else:
        print("skipped: this Mosquitto is older than 2.1, does not read the PROXY protocol, and "
              "cannot check a file")


@within(60)
def what_is_shown_of_nginx_conf_passes_the_check_of_nginx(stage):
    _judge(stage, "nginx.conf")


@within(60)
def what_is_shown_of_dance_ask_conf_passes_its_check(stage):
    _judge(stage, "dance-ask.conf")


@within(60)
def what_is_shown_of_main_cf_is_known_to_postfix(stage):
    _judge(stage, "main.cf")


@within(60)
def what_is_shown_of_master_cf_is_known_to_postfix(stage):
    _judge(stage, "master.cf")


@within(60)
def what_is_shown_of_exim_conf_passes_the_check_of_exim(stage):
    if exim.program():
        _judge(stage, "exim.conf")
    else:
        print("skipped: there is no Exim")


@within(60)
def what_is_shown_of_nftables_conf_is_taken_by_nft(stage):
    _judge(stage, "nftables.conf")


@within(240)
def commands_print_what_the_pages_show(stage):
    # What dance check finds for the clients of the pages.
    for name in (NAME, MAIL_NAME):
        stage.publish(name, stage.theatre.certificate.tlsa(), ttl=3600)

    def judge(block):
        place = Place(stage._path("place"), stage.theatre.sanitizer.environment)
        stage.say(str(block))
        return commands.run_all(block, place, stage.world, stage.theatre.certificate)

    found = blocks("console")
    stage.require(found, "no page has commands")
    wrong = _failures(judge, found)
    stage.require(not wrong, "; ".join(wrong))


@within(60)
def commands_in_sentences_exist(stage):
    wrong = []
    programs = ("dance ", "knotc ", "pdnsutil ", "./dev ", "systemctl ", "apt ")
    told = [(page, line, text) for page in documents.pages()
            for line, text in documents.spans(page) if text.startswith(programs)]
    stage.require(len(told) > 5, f"only {told}")
    for page, line, text in told:
        try:
            commands.look(text)
        except Failed as failure:
            wrong.append(f"{page}:{line}: {failure}")
    stage.require(not wrong, "; ".join(wrong))


def records_that_are_shown_can_be_served(stage):
    def judge(block):
        path = stage.path("root.zone")
        with open(path, "w", encoding="ascii") as file:
            file.write(APEX + block.text)
        done = run("kzonecheck", "-o", ".", path, check=False)
        return [f"{block}: {done.stdout.strip()}"] if done.returncode else []

    found = blocks("zone")
    stage.require(found, "no page has records")
    wrong = _failures(judge, found)
    stage.require(not wrong, "; ".join(wrong))


@within(60)
def lines_of_a_log_that_are_shown_are_written_so(stage):
    """Each is one that comes here as well, but for numbers, addresses and keys."""
    peer, stranger = stage.certificate(), stage.certificate()
    stage.publish(NAME, peer.tlsa())
    for rule, options in (({"address": f"/dance/{NAME}"}, {}),
                          ({"key": "tsig"}, {"refuse": False})):
        primary = stage.primary([NAME], identity_address=True, start=False, **options)
        primary.sections["key"] = [KEY]
        primary.sections["acl"][0].update(rule)
        primary.start().wait_for(f"records validated, client {NAME}")
        for certificate in (peer, stranger):
            asker.ask(primary.address, ZONE, certificate=certificate)
        asker.ask(primary.address, ZONE, tls=False)
        stage.retire(primary)
    judge = stage.front(stage.behind())
    judge.wait_for(f"records validated, client {NAME}")
    for certificate in (peer, stranger):
        stage.ask(judge, certificate)
    stage.secondary()
    _list_changes(stage)
    _devices_come(stage)
    _ask_about_mail(stage, peer, stranger)
    written = {_shape(line) for made in stage.servers + stage.retired
               if hasattr(made, "lines") for line in made.lines()}
    shown = [(block, line) for block in blocks("log") for line in block.text.splitlines()]
    stage.require(len(shown) > 4, f"only {shown}")
    wrong = [f"{block}: nobody writes '{_shape(line)}'" for block, line in shown
             if _shape(line) not in written]
    stage.require(not wrong, "; ".join(wrong))


def _list_changes(stage):
    """One secondary takes the place of another on a list."""
    put_list(stage, NAME)
    entry = {"id": "fleet", "listen": "127.0.0.58@853", "server": "127.0.0.1@9",
             "key-file": stage.theatre.certificate.key.path}
    judge = stage.dance_front(
        {"dns": stage.dns(), "front": [entry],
         "identity": [{"id": "fleet", "name": ENTRY, "address": "fd00:da:ce::2"}]},
        address="127.0.0.58")
    judge.wait_for("list validated, list")
    put_list(stage, "_xfr-client.ns3.example.net")
    judge.wait_for("client removed, list", within=30)
    judge.wait_for("client added, list")


def _devices_come(stage):
    """A device, somebody else, and the device again, which is revoked."""
    judge, server = stage.sample_front("mqtt"), Behind(f"{stage.between}/broker.sock")
    stage.servers.append(server)
    name, own = stage.device("a1b2")

    def come(certificate):
        since = judge.mark()
        connection = device.Connection(judge.address, device.MQTT, certificate)
        stage.sockets.append(connection)
        return stage.wait_verdict(judge, since), connection
    stage.until("allowed, allow", lambda: come(own)[0])
    connection, visit = stage.sockets[-1], server.visit()
    visit.header()
    connection.put(b"hello")
    visit.hear()
    visit.say(b"hello")
    connection.leave()
    visit.close()
    stage.expect("somebody else", "refused, mismatch", come(stage.certificate(name))[0])
    _, connection = come(own)
    stage.withdraw(name)
    connection.ended()


def _ask_about_mail(stage, peer, stranger):
    """What a Postfix would ask dance-ask, and who comes to dance-front before it."""
    os.makedirs(os.path.join(stage.open, "private"))
    stage.publish(MAIL_NAME, peer.tlsa())
    judge = stage.dance_ask("dance-ask.postfix.conf", {"/var/spool/postfix": stage.open})
    judge.wait_for(f"records validated, client {MAIL_NAME}")
    for certificate in (peer, stranger):
        policy(os.path.join(stage.open, "private", "dance"), certificate)
    # A server that says nothing is behind dance-front.
    stage.sockets.append(socket.create_server(("127.0.0.1", 10465)))
    judge = stage.smtps()
    judge.wait_for(f"records validated, client {MAIL_NAME}")
    for certificate, line in ((peer, "allowed"), (None, "refused")):
        asker.Asker(judge.address, certificate, port=465).connection.close()
        judge.wait_for(f"front smtps, stream {line}, ")


def _shape(line):
    """A line without its time and level, and without what differs each time."""
    line = re.sub(r"^.*?\b(?:debug|info|notice|warning|error): ", "", line)
    for pattern, word in ((r"\b[0-9a-f]{64}\b", "DIGEST"), (r"\b[\w+/]{43}=", "PIN"),
                          (r"\b[\d.]+@\d+", "ADDRESS"),
                          (r"\b(ttl|received|sent|seconds) \d+", r"\1 N")):
        line = re.sub(pattern, word, line)
    return line


def the_manual_of_the_module_has_its_options_and_no_others(stage):
    (reference,) = blocks("reference")
    shown = re.findall(r"^ +(?:- )?([\w-]+): ", reference.text, re.MULTILINE)
    page = documents.text_of(reference.page)
    described = re.findall(r"^\.\. _mod-dance_([\w-]+):$", page, re.MULTILINE)
    source = documents.text_of("modules/knot/conf.h")
    taken = re.findall(r'^#define MOD_\w+\s+"\\x\w\w""([\w-]+)"', source, re.MULTILINE)
    stage.expect("what the reference shows", str(taken), str(shown))
    stage.expect("what is described", str(shown), str(described))


def what_an_operator_reads_is_installed(stage):
    build = os.environ["DANCE_BUILD"]
    files = json.loads(run("meson", "introspect", "--installed", build).stdout)
    placed = {os.path.relpath(source, documents.REPOSITORY): path
              for source, path in files.items()}
    wrong = [page for page in ("README.md", "SECURITY.md", "doc/flow.md", "doc/iot.md",
                               "doc/migration.md", "doc/operating.md", "doc/resolver.md",
                               "doc/smtp.md", "doc/troubleshooting.md", "doc/xot.md",
                               "modules/knot/mod-dance.rst")
             if not placed.get(page, "").endswith("/share/doc/dance/" + os.path.basename(page))]
    stage.require(not wrong, f"not among the documents: {wrong}")


def what_the_pages_link_to_is_there(stage):
    wrong = []
    for page in documents.pages():
        folder = os.path.join(documents.REPOSITORY, os.path.dirname(page))
        for target in re.findall(r"\]\(([^)\s]+)\)", documents.text_of(page)):
            name, _, heading = target.partition("#")
            path = os.path.join(folder, name) if name else page
            path = os.path.join(documents.REPOSITORY, path)
            if not os.path.exists(path):
                wrong.append(f"{page}: {target}")
            elif heading and heading not in _headings(path):
                wrong.append(f"{page}: {target}, no such heading")
    stage.require(not wrong, "; ".join(wrong))


def _headings(path):
    """The names under which the headings of a page can be linked to."""
    with open(path, encoding="utf-8") as file:
        found = re.findall(r"^#+ (.*)$", file.read(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found}
