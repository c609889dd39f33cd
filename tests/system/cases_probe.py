# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# dance probe where the server is not as it should be, or is known in another way; and what it never
# shows. Each kind of primary has its turn in cases_probe_matrix.py.

import glob
import json
import os
import re
import shlex
import socket
import sys
import threading

from front_stage import PRIMARY_NAME, PRIMARY_RECORDS, FrontStage
from process import run as command
from prober import SslServer, on_terminal, probe, probe_json, run
from stage import NAME, ZONE
from world import BROKEN_OWNER

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SUBSET = "front"
SERVER = "127.0.0.70"
IMPOSTOR = "127.0.0.71"
NOBODY = "127.0.1.98"
REFUSES = "no-cert ok, plain ok"


class STAGE(FrontStage):
    pass


def _expect(stage, said, status, words, verdict):
    stage.expect(f"how it ended\n{said}", str(status), said.status)
    stage.expect(f"the steps\n{said}", words, said.words)
    stage.expect(f"the verdict\n{said}", verdict, said.verdict)


def _has(stage, said, text, *parts):
    for part in parts:
        stage.require(part in text, f"no '{part}' in '{text}':\n{said}")


def _probe(stage, address, *words, name=PRIMARY_NAME, **who):
    who = who or {"certificate": stage.certificate()}
    named = ["--server-name", name] if name else []
    return probe(stage, *named, *words, address, ZONE, **who)


def _known(stage):
    """A client that the primary permits, and its records."""
    client = stage.certificate()
    stage.publish(NAME, client.tlsa())
    return client


class Listener:
    """A TCP server that says something, or nothing, to all who come."""

    def __init__(self, address, words=b"", port=853):
        self.socket = socket.create_server((address, port))
        self.words = words
        self.came = []
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.socket.shutdown(socket.SHUT_RDWR)  # or accept() goes on
        self.socket.close()
        for connection in self.came:
            connection.close()

    def _serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.came.append(connection)
            if self.words:
                connection.sendall(self.words)


class Switch(Listener):
    """Passes the first connection on to one server, and all later ones to another."""

    def __init__(self, address, first, later, port=853):
        self.first, self.later = first, later
        super().__init__(address, port=port)

    def _serve(self):
        target = self.first
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            other = socket.create_connection((target, 853))
            self.came += [connection, other]
            for pair in ((connection, other), (other, connection)):
                threading.Thread(target=self._pass, args=pair, daemon=True).start()
            target = self.later

    @staticmethod
    def _pass(one, other):
        try:
            while octets := one.recv(65536):
                other.sendall(octets)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            pass


# --- a server that cannot be spoken to -------------------------------------------------------

def a_server_without_TLS_is_told_from_nobody(stage):
    said = _probe(stage, stage.world.address)
    _expect(stage, said, 1, "tcp no, client ?", "not sent")
    _has(stage, said, said.text("tcp"), f"{stage.world.address}@853: Connection refused (port 53 answers)")
    _has(stage, said, said.last, "nobody listens for TLS there", "TCP port 853")
    said = _probe(stage, NOBODY)
    _has(stage, said, said.text("tcp"), "(port 53 does not answer)")


def a_key_that_TLS_rejects_is_warned_of(stage):
    """OpenSSL may reject it by itself."""
    for options, told in ((["EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"],
                           "no signature scheme for the curve of this key"),
                          (["RSA", "-pkeyopt", "rsa_keygen_bits:1024"],
                           "the RSA key has fewer than 2048 bits")):
        key = stage.path("odd.key")
        command("openssl", "genpkey", "-quiet", "-out", key, "-algorithm", *options)
        said = _probe(stage, NOBODY, key=key)
        _has(stage, said, said.err, "dance probe: warning: ", told)
        stage.require(said.err.count(told) == 1, str(said))
        done = run(stage, "--json", NOBODY, ZONE, key=key)
        if done.stdout:
            told_too = json.loads(done.stdout)["warnings"]
            stage.require(len(told_too) == 1 and told in told_too[0], done.stdout)
    said = _probe(stage, NOBODY)
    stage.expect("of another key", "", said.err)


def a_name_without_an_address_is_told_so(stage):
    said = _probe(stage, "no-such-name.invalid", name=None)
    _expect(stage, said, 2, "tcp ?, client ?", "not found out")
    _has(stage, said, said.last, "correct the name no-such-name.invalid")


def a_server_of_another_protocol_is_told_so(stage):
    with Listener(SERVER, b"220 mail.example.com ESMTP\r\n"):
        said = _probe(stage, SERVER)
    _expect(stage, said, 1, "tcp ok, tls no, client ?", "not sent")
    _has(stage, said, said.last, "SERVER@PORT")


def a_silent_server_does_not_keep_it_waiting(stage):
    with Listener(SERVER):
        said = _probe(stage, SERVER, "--timeout", "700")
    _expect(stage, said, 2, "tcp ok, tls ?, client ?", "not found out")
    _has(stage, said, said.text("tls"), "within 700 ms")


def a_server_that_wants_other_TLS_is_told_what_is_missing(stage):
    for options, text, last in (
            (["-tls1_2", "-alpn", "dot"], "TLS 1.2, ALPN dot", "TLS 1.3"),
            (["-alpn", "h2"], "the alert no_application_protocol (120): it does not accept",
             "ALPN 'dot'"),
            ([], "the server did not choose ALPN 'dot'", "ALPN 'dot'")):
        with SslServer(SERVER, stage.theatre.certificate, *options):
            said = _probe(stage, SERVER)
        _expect(stage, said, 1, "tcp ok, tls no, client ?", "not sent")
        _has(stage, said, said.text("tls"), text)
        _has(stage, said, said.last, last)


# --- what is shown, and to whom --------------------------------------------------------------

def nothing_is_shown_to_a_server_that_DNS_does_not_prove(stage):
    client, other = _known(stage), stage.certificate()
    # It asks, and takes whatever comes.
    options = ["-verify", "1", "-alpn", "dot"]
    for records, status, server in (([other.tlsa()], 1, "no"), ([], 1, "no"),
                                    ([stage.theatre.certificate.tlsa()], 2, "ok")):
        stage.world.publish(PRIMARY_RECORDS, *records)
        with SslServer(SERVER, stage.theatre.certificate, *options) as peer:
            said = _probe(stage, SERVER, "--timeout", "2000", certificate=client, name=PRIMARY_NAME)
        stage.expect(f"how it ended\n{said}", str(status), said.status)
        stage.expect("the server", server, said.steps["server"][0])
        shown = bool(peer.shown())
        stage.expect(f"what it was shown: {peer.said}", str(server == "ok"), shown)


def another_server_at_the_second_connection_is_shown_nothing(stage):
    client, other = _known(stage), stage.certificate()
    guard = stage.primary([NAME])
    stage.publish_primary()
    with SslServer(IMPOSTOR, other, "-verify", "1", "-alpn", "dot") as peer, \
            Switch(SERVER, guard.address, IMPOSTOR):
        said = probe(stage, "--server-name", PRIMARY_NAME, SERVER, ZONE, certificate=client,
                     name=NAME)
    lines = [line for line in said.out.splitlines() if line.split()[1] == "server"]
    stage.expect(f"the lines on the server\n{said}", "['ok', 'no']",
                 [line.split()[0] for line in lines])
    _has(stage, said, lines[1], "at the second connection: mismatch (", other.key.digest)
    _has(stage, said, said.last, f"TLSA 3 1 1 {other.key.digest} must be at")
    _expect(stage, said, 1, "tcp ok, tls ok, server no, client ok", "not sent")
    stage.require(peer.said and not peer.shown(), f"it was shown: {peer.said}")


def a_server_that_wants_a_CA_is_told_by_its_alert(stage):
    client = _known(stage)
    stage.publish_primary()
    options = ["-Verify", "1", "-verify_return_error", "-alpn", "dot"]
    with SslServer(SERVER, stage.theatre.certificate, *options):
        said = probe(stage, "--server-name", PRIMARY_NAME, SERVER, ZONE,
                     certificate=client, name=NAME)
    _expect(stage, said, 1, f"tcp ok, tls ok, server ok, client ok, AXFR no, {REFUSES}", "refused")
    _has(stage, said, said.text("AXFR"), "alert unknown_ca (48): it wants a certificate of a CA")
    _has(stage, said, said.text("no-cert"), "alert certificate_required (116)")
    _has(stage, said, said.last, "the alert unknown_ca")


# --- a server that is known in another way ---------------------------------------------------

def a_server_without_records_is_known_by_the_key_that_is_named(stage):
    client = _known(stage)
    guard = stage.primary([NAME])
    key, other = stage.theatre.certificate.key.digest, stage.key().digest
    who = {"certificate": client, "name": NAME}
    words = "tcp ok, tls ok, server {}, client ok"
    rest = f", AXFR ok, {REFUSES}"

    def ask(*options):
        return probe(stage, *options, guard.address, ZONE, **who)
    said = ask()
    _expect(stage, said, 2, words.format("?"), "not sent")
    _has(stage, said, said.last, "--server-name", "--server-key")
    _expect(stage, ask("--server-key", key), 0, words.format("ok") + rest, "allowed")
    _expect(stage, ask("--server-key", key.upper()), 0, words.format("ok") + rest, "allowed")
    _expect(stage, ask("--server-key", other), 1, words.format("no"), "not sent")
    # Without a record, and in a zone that is not signed.
    for name, verdict in ((PRIMARY_NAME, "no-tlsa"), ("ns1.unsigned.net", "insecure")):
        said = ask("--server-name", name)
        _expect(stage, said, 1, words.format("no"), "not sent")
        _has(stage, said, said.text("server"), verdict)
        _has(stage, said, said.last, key, "--server-key")
        said = ask("--server-name", name, "--server-key", key)
        _expect(stage, said, 0, words.format("ok") + rest, "allowed")
        said = ask("--server-name", name, "--server-key", other)
        _expect(stage, said, 1, words.format("no"), "not sent")
    # A record comes first, and so does a failure.
    stage.publish(PRIMARY_RECORDS, f"3 1 1 {other}")
    said = ask("--server-name", PRIMARY_NAME, "--server-key", key)
    _expect(stage, said, 1, words.format("no"), "not sent")
    stage.world.publish("_853._tcp." + BROKEN_OWNER, f"3 1 1 {'5a' * 32}")
    said = ask("--server-name", BROKEN_OWNER, "--server-key", key)
    _expect(stage, said, 2, words.format("?"), "not found out")
    _has(stage, said, said.text("server"), "bogus")


def a_server_is_found_by_its_name(stage):
    client = _known(stage)
    guard = stage.primary([NAME])
    stage.publish_primary()
    hosts = stage.path("hosts")
    with open(hosts, "w", encoding="ascii") as file:
        file.write(f"{NOBODY} {PRIMARY_NAME}\n{guard.address} {PRIMARY_NAME}\n")
    script = f'mount --bind "{hosts}" /etc/hosts && exec "$@"'
    said = probe(stage, PRIMARY_NAME, ZONE, certificate=client, name=NAME,
                 within=["unshare", "--mount", "--propagation", "unchanged", "sh", "-c", script, "sh"])
    _expect(stage, said, 0, f"tcp ok, tls ok, server ok, client ok, AXFR ok, {REFUSES}", "allowed")
    _has(stage, said, said.text("server"), f"{PRIMARY_RECORDS}: TLSA 3 1 1 matches")
    _has(stage, said, said.text("tcp"), f"{guard.address}@853 connected")


# --- who asks --------------------------------------------------------------------------------

def the_key_that_Knot_makes_for_itself_is_good_for_a_probe(stage):
    secondary = stage.known_secondary()
    guard = stage.primary([NAME])
    stage.publish_primary()
    (key,) = glob.glob(os.path.join(secondary.folder, "db", "keys", "*.pem"))
    said = probe(stage, "--server-name", PRIMARY_NAME, guard.address, ZONE, key=key, name=NAME)
    _expect(stage, said, 0, f"tcp ok, tls ok, server ok, client ok, AXFR ok, {REFUSES}", "allowed")
    _has(stage, said, said.text("client"), f"we show key {secondary.key_digest()}")


def without_a_key_the_server_alone_is_looked_at(stage):
    guard = stage.primary([NAME])
    stage.publish_primary()
    said = probe(stage, "--server-name", PRIMARY_NAME, guard.address, ZONE)
    _expect(stage, said, 2, f"tcp ok, tls ok, server ok, client ?, {REFUSES}", "not sent")
    _has(stage, said, said.last, "give our key")


def without_a_name_a_key_is_tried_all_the_same(stage):
    client, stranger = _known(stage), stage.certificate()
    guard = stage.primary([NAME])
    stage.publish_primary()
    words = "tcp ok, tls ok, server ok, client ?, AXFR {}, " + REFUSES
    said = _probe(stage, guard.address, certificate=client, name=PRIMARY_NAME)
    _expect(stage, said, 0, words.format("ok"), "allowed")
    said = _probe(stage, guard.address, certificate=stranger)
    _expect(stage, said, 1, words.format("no"), "refused")
    _has(stage, said, said.last, "give our name with --name", stranger.key.digest)


def a_name_that_DNS_cannot_answer_for_is_not_found_out(stage):
    client = stage.certificate(BROKEN_OWNER)
    stage.world.publish(BROKEN_OWNER, client.tlsa())
    guard = stage.primary([BROKEN_OWNER])
    stage.publish_primary()
    said = probe(stage, "--server-name", PRIMARY_NAME, guard.address, ZONE,
                 certificate=client, name=BROKEN_OWNER)
    _expect(stage, said, 2, f"tcp ok, tls ok, server ok, client ?, AXFR ?, {REFUSES}",
            "not found out")
    _has(stage, said, said.text("client"), f"{BROKEN_OWNER.rstrip('.')}: bogus (")
    _has(stage, said, said.text("AXFR"), "SERVFAIL, EDE 6 \"DNSSEC validation failed\"")


# --- where lookups begin ---------------------------------------------------------------------

def a_probe_asks_the_resolver_that_it_is_given(stage):
    client = _known(stage)
    guard = stage.primary([NAME])
    stage.publish_primary()
    anchor = ["--trust-anchor", stage.world.trust_anchor]
    named = ["--server-name", PRIMARY_NAME, guard.address, ZONE]
    said = probe(stage, *anchor, "--resolver", stage.unbound().address, *named, world=False,
                 certificate=client, name=NAME)
    _expect(stage, said, 0, f"tcp ok, tls ok, server ok, client ok, AXFR ok, {REFUSES}", "allowed")
    said = probe(stage, *anchor, "--resolver", NOBODY, "--timeout", "3000", *named, world=False,
                 certificate=client, name=NAME)
    _expect(stage, said, 2, "tcp ok, tls ok, server ?, client ?", "not found out")
    _has(stage, said, said.text("server"), f"no usable answer from {NOBODY}")
    _has(stage, said, said.last, "nothing of ours was shown")


# --- for programs ----------------------------------------------------------------------------

def a_probe_tells_programs_the_same_in_json(stage):
    client, stranger = _known(stage), stage.certificate()
    guard = stage.primary([NAME])
    stage.publish_primary()
    named = ["--server-name", PRIMARY_NAME, guard.address, ZONE]
    for certificate, status, verdict in ((client, 0, "allowed"), (stranger, 1, "refused")):
        said = probe(stage, *named, certificate=certificate, name=NAME)
        ended, told = probe_json(stage, *named, certificate=certificate, name=NAME)
        stage.expect("how they ended", str((status, status, status)),
                     (said.status, ended, told["status"]))
        stage.expect("the verdict", f"{verdict}: ", f"{told['verdict']}: ")
        steps = {step["step"]: step for step in told["steps"]}
        stage.expect("the steps", said.words, ", ".join(
            f"{name} {'?' if step['result'] == 'unknown' else step['result']}"
            for name, step in steps.items()))
        for step in ("tls", "client", "no-cert", "plain"):
            stage.expect(step, said.text(step).replace("ttl", ""),
                         steps[step]["text"].replace("ttl", ""))
        facts = [steps["tls"]["version"], steps["tls"]["alpn"], steps["tls"]["asks_certificate"],
                 steps["tls"]["asks_name"], steps["server"]["owner"], steps["server"]["record"],
                 steps["server"]["key"], steps["client"]["key"], steps["plain"]["rcode"],
                 steps["plain"]["ede"]]
        stage.expect("the facts", str(["TLS 1.3", "dot", True, False, PRIMARY_RECORDS, "3 1 1",
                                       stage.theatre.certificate.key.digest,
                                       certificate.key.digest, "NOTAUTH", 18]), facts)
    # The last one was the stranger's.
    refused = steps["AXFR"]
    stage.expect("the refusal", str(("refused", "NOTAUTH", 18, "no TLSA record matches")),
                 tuple(refused[key] for key in ("outcome", "rcode", "ede", "ede_text")))


def a_probe_in_json_is_one_line_without_colours(stage):
    done = run(stage, "--json", NOBODY, ZONE)
    stage.expect("lines", "1", done.stdout.count("\n"))
    stage.require("\033" not in done.stdout + done.stderr, done.stdout)


def colours_are_for_terminals_only(stage):
    for settings, coloured in ((["TERM=xterm"], True), (["TERM=xterm", "NO_COLOR=1"], False),
                               (["TERM=dumb"], False)):
        said = on_terminal(stage, settings, NOBODY, ZONE)
        stage.require(" tcp " in said, said)
        stage.expect(f"colours with {settings}", str(coloured), "\033[31mno\033[0m" in said)
    stage.require("\033" not in run(stage, NOBODY, ZONE).stdout, "colours in a file")


def the_manuals_example_of_a_probe_prints_what_it_says(stage):
    sys.path.append(os.path.join(REPOSITORY, "tests", "tool"))
    from examples import alike, examples
    client = stage.certificate()
    guard = stage.primary(["_xfr-client.ns2.example.net"])
    stage.publish_primary()
    found = [example for example in examples(os.path.join(REPOSITORY, "doc", "dance.1"))
             if example[0].startswith("dance probe")]
    stage.require(found, "the manual has no example of a probe")

    def here(text):
        text = text.replace("192.0.2.1", guard.address)
        return re.sub(r"\b\d+ ms\b", "MS", alike(text))
    for command, output in found:
        for path, own in (("/etc/nsd/secondary.key", client.key.path),
                          ("/etc/nsd/secondary.pem", client.path)):
            stage.require(path in command, command)
            command = command.replace(path, own)
        words = shlex.split(command.replace("192.0.2.1", guard.address))[2:]
        stage.expect(command, here(output), here(run(stage, *words).stdout))
