# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# dance-front with keys in a PKCS#11 token, which OpenSSL opens by a URI: both sides of it, what is
# said of mistakes, and what happens when the token goes and comes back.

import os
import re
import threading

import crowd
import samples
import softhsm
from clientid_peer import ask, tls13
from front import CLIENT_ADDRESS
from front_stage import NAME, PRIMARY_NAME, FrontStage
from keys import Certificate
from prober import probe
from stage import ZONE, within

SUBSET = "front"
STAGE = FrontStage
PORT = 5853
SAMPLE = os.path.join(samples.FOLDER, "openssl-pkcs11.cnf")


def _token(stage):
    """A token, or nothing where none can be had."""
    missing = softhsm.missing()
    if stage.theatre.sanitizer.environment:
        print("skipped: OpenSSL's provider has a token's module look up symbols in itself first, "
              "and a sanitizer must come before all")
        return None
    if missing:
        print(f"skipped: {missing[0]} is not on this system")
        return None
    return softhsm.Token(stage._path("token"), sample=SAMPLE)


def _with(token, made):
    made.process.env = {**(made.process.env or {}), **token.environment}
    return made


def _front(stage, token, key_file, start=True, **options):
    judge = _with(token, stage.front(stage.behind("NSD"), start=False, key_file=key_file,
                                     **options))
    return judge.start() if start else judge


def _peer(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    return peer


def _ask(stage):
    return stage.put(CLIENT_ADDRESS, tls=False, port=PORT)


def a_transfer_comes_from_a_front_whose_key_is_in_a_token(stage):
    token = _token(stage)
    if not token:
        return
    peer = _peer(stage)
    own = stage.theatre.certificate
    judge = _front(stage, token, token.keep(own.key, "xot", 1))
    stage.expect("the zone", "transferred", stage.put(judge.address, peer))
    judge.wait_for(rf"front xot, public key, key {own.key.digest}$")
    stage.expect("--check", "0", judge.check().returncode)


def a_certificate_is_made_for_a_key_in_a_token(stage):
    token = _token(stage)
    if not token:
        return
    peer = _peer(stage)
    for number, algorithm in enumerate(("EC", "RSA"), 1):
        key = stage.key(algorithm)
        uri = token.keep(key, f"key{number}", number)
        judge = _front(stage, token, uri, start=False)
        del judge.sections["front"][0]["cert-file"]
        judge.start()
        judge.wait_for(rf"front xot, public key, key {key.digest}$")
        stage.expect(f"the zone, {algorithm}", "transferred", stage.put(judge.address, peer))
        stage.retire(judge)
        stage.retire(stage.servers[-1])


@within(60)
def a_secondary_shows_a_key_that_is_in_a_token(stage):
    token = _token(stage)
    if not token:
        return
    key = stage.key()
    stage.publish(NAME, key.tlsa)
    stage.publish_primary()
    judge = stage.front(stage.behind("NSD"))
    entry = {**stage.client_entry(key, PORT), "key-file": token.keep(key, "xfr", 1)}
    client = _with(token, stage.client(entry, start=False))
    client.start()
    stage.expect("the zone", "transferred",
                 stage.until("transferred", lambda: _ask(stage)))
    stage.expect("the key that the primary saw", key.digest, judge.verdicts()[-1].key)


def a_probe_shows_a_key_that_is_in_a_token(stage):
    token = _token(stage)
    if not token:
        return
    key = stage.key()
    stage.publish(NAME, key.tlsa)
    stage.publish_primary()
    judge = stage.front(stage.behind("NSD"))
    within_it = ["env", *(f"{name}={value}" for name, value in token.environment.items())]
    for uri, status, text in (
            (token.keep(key, "xfr", 1), 0, f"we show key {key.digest}"),
            (token.uri("nothing"), 2, "there is no private key at this URI")):
        said = probe(stage, "--server-name", PRIMARY_NAME, judge.address, ZONE, key=uri,
                     name=NAME, within=within_it)
        stage.expect(f"how it ended\n{said}", str(status), said.status)
        stage.require(text in said.out + said.err, f"no '{text}':\n{said}")


def a_reload_takes_another_key_of_the_token(stage):
    token = _token(stage)
    if not token:
        return
    peer, other = _peer(stage), stage.key()
    judge = _front(stage, token, token.keep(stage.theatre.certificate.key, "xot", 1))
    (entry,) = judge.sections["front"]
    uri = token.keep(other, "next", 2)
    judge.sections["front"] = [{**entry, "key-file": uri}]
    judge.reload(r"configuration not reloaded \(front xot: pkcs11:.*object=next.*: the key "
                 r"cannot be used: key values mismatch\); do: ")
    stage.expect("with the old one", "transferred", stage.put(judge.address, peer))
    certificate = Certificate(stage.path("next.pem"), other)
    judge.sections["front"] = [{**entry, "key-file": uri, "cert-file": certificate.path}]
    since = judge.mark()
    judge.reload()
    judge.wait_for(rf"front xot, public key, key {other.digest}$", since)
    stage.expect("with the new one", "transferred", stage.put(judge.address, peer))


def a_key_that_the_token_has_made_is_found_again_at_each_reload(stage):
    token = _token(stage)
    if not token:
        return
    peer = _peer(stage)
    judge = _front(stage, token, token.make("xot", 1), start=False)
    del judge.sections["front"][0]["cert-file"]
    judge.start()
    digest = judge.wait_for(r"front xot, public key, key (\S+)$")[1]
    for _ in range(2):
        # A key that has signed is another one to the token than one that has not.
        stage.expect("the zone", "transferred", stage.put(judge.address, peer))
        since = judge.mark()
        judge.reload()
        judge.wait_for(rf"front xot, public key, key {digest}$", since)


@within(60)
def a_token_that_has_lost_the_public_half_of_a_key_is_told_and_a_restart_helps(stage):
    token = _token(stage)
    if not token:
        return
    peer, own = _peer(stage), stage.theatre.certificate
    for key_file, has_certificate in ((token.keep(own.key, "kept", 1), True),
                                      (token.make("made", 2), False)):
        judge = _front(stage, token, key_file, start=False)
        if not has_certificate:
            del judge.sections["front"][0]["cert-file"]
        judge.start()
        stage.expect("the zone", "transferred", stage.put(judge.address, peer))
        token.lose_files()
        judge.reload(r"configuration not reloaded \(front xot: pkcs11:.*: the token shows the key "
                     r"without its public half, .* restart the daemon\); do: ")
        token.have_files_again()
        stage.expect("with the old one", "transferred", stage.put(judge.address, peer))
        judge.stop()
        judge.start()
        stage.expect("after a restart", "transferred", stage.put(judge.address, peer))
        stage.retire(judge)
        stage.retire(stage.servers[-1])


def a_certificate_is_an_object_of_the_token_as_its_key_is(stage):
    token = _token(stage)
    if not token:
        return
    peer, own = _peer(stage), stage.theatre.certificate
    key_file = token.keep(own.key, "xot", 1)
    judge = _front(stage, token, key_file, start=False,
                   cert_file=token.keep_certificate(own.path, "xot", 1))
    judge.start()
    seen = ask(judge.address, peer).client.heard_of(tls13.CERTIFICATE)
    (shown, _), *_ = tls13.read_certificate_message(seen)[1]
    stage.expect("the certificate shown", own.der.hex(), shown.hex())
    stage.expect("the zone", "transferred", stage.put(judge.address, peer))
    (entry,) = judge.sections["front"]
    foreign = stage.certificate()
    for cert_file, reason in (
            (token.uri("nothing", kind="cert"), "there is no certificate at this URI"),
            (token.keep_certificate(foreign.path, "foreign", 2), "no certificate there is of the key")):
        judge.sections["front"] = [{**entry, "cert-file": cert_file}]
        judge.reload(rf"configuration not reloaded \(front xot: pkcs11:.*{reason}.*\); do: ")
        stage.expect("with the old one", "transferred", stage.put(judge.address, peer))


def a_token_of_another_user_is_not_opened(stage):
    """dance-front opens it as the user that it becomes, though root could."""
    token = _token(stage)
    if not token:
        return
    if not crowd.has_limits(stage):
        return
    peer, own = _peer(stage), stage.theatre.certificate
    uri = token.keep(own.key, "xot", 1)
    user, group = crowd.user(stage), crowd.group(stage)
    for path in (stage.theatre.folder, stage.folder, stage.world.folder):
        os.chmod(path, 0o711)
    os.chmod(own.path, 0o644)
    judge = _with(token, stage.front(stage.behind("NSD"), start=False, key_file=uri,
                                     more={"server": {"user": f"{user}:{group}"}}))
    token.belong_to(user, group)
    token.belong_to("root", "root", whole=False)
    done = judge.check()
    stage.expect("--check", "1", done.returncode)
    stage.require(re.search(rf"dance-front: front xot: {re.escape(uri)}: there is no such token",
                            done.stdout), f"--check says: {done.stdout}")
    token.belong_to(user, group)
    stage.expect("--check of its own", "0", judge.check().returncode)
    judge.start()
    stage.expect("the zone", "transferred", stage.put(judge.address, peer))
    token.belong_to("root", "root")
    judge.reload(r"configuration not reloaded \(front xot: PIN file .*: Permission denied\); do: ")
    stage.expect("with the key that it had opened", "transferred",
                 stage.put(judge.address, peer))
    token.belong_to(user, group)
    judge.reload()
    stage.expect("and with what it may open again", "transferred",
                 stage.put(judge.address, peer))


def mistakes_are_named_and_no_PIN_is_shown(stage):
    token = _token(stage)
    if not token:
        return
    token.keep(stage.theatre.certificate.key, "xot", 1)
    token.keep(stage.key(), "twin", 2)
    token.keep(stage.key(), "twin", 3)
    uri, wrong = token.uri("xot"), "080815"
    empty, missing = token.put("empty", "\n"), os.path.join(token.folder, "missing")
    rows = (
        (uri, None),
        (token.uri("xot", softhsm.PIN), None),
        (uri.split("?")[0], "the token wants a PIN; name its file in the URI"),
        (token.uri("xot", wrong), "the token does not accept the PIN"),
        (token.uri("xot", token="nowhere"), "there is no such token"),
        (token.uri("nothing"), "there is no private key at this URI"),
        (token.uri("twin"), "more than one private key matches; add object= or id="),
        (uri.replace("object", "objec"), "it has an attribute that RFC 7512 does not define"),
        (uri.replace(token.pin_file, missing), f"PIN file {missing}: No such file"),
        (uri.replace(token.pin_file, empty), f"PIN file {empty}: it is empty"),
        ("keys:2026.pem", "front xot: keys:2026.pem: No such file or directory"),
    )
    judge = _front(stage, token, uri, start=False)
    stage.servers.remove(judge)
    for key_file, expected in rows:
        judge.sections["front"][0]["key-file"] = key_file
        done = judge.check()
        stage.expect(f"--check of {key_file}", "1" if expected else "0", done.returncode)
        stage.require((expected or "is valid") in done.stdout,
                      f"of {key_file} it says: {done.stdout}")
        stage.require(softhsm.PIN not in done.stdout and wrong not in done.stdout,
                      f"of {key_file} it shows a PIN: {done.stdout}")
    judge.sections["front"][0]["key-file"] = token.uri("xot", softhsm.PIN)
    stage.require("warning: PIN in the configuration, key-file pkcs11:token=dance;object=xot;"
                  "type=private?pin-value=***; do: move" in judge.check().stdout,
                  "a PIN in the configuration is not warned of")
    judge.process.env["OPENSSL_CONF"] = "/dev/null"
    done = judge.check()
    stage.require("OpenSSL has no provider for 'pkcs11:'; activate one in its configuration "
                  "(OPENSSL_CONF)" in done.stdout, f"without a provider: {done.stdout}")


def _fickle(stage):
    token = _token(stage)
    module = os.path.join(os.environ["DANCE_BUILD"], "tests", "system", "libfickle_token.so")
    if token and not os.path.exists(module):
        print("skipped: the header of PKCS#11 (p11-kit) is not on this system")
        return None
    if token:
        token.be_fickle(module)
    return token


def _answer(ask):
    try:
        return str(ask())
    except OSError:
        return "no answer"


@within(60)
def handshakes_fail_while_the_token_is_gone_and_succeed_when_it_is_back(stage):
    token = _fickle(stage)
    if not token:
        return
    peer = _peer(stage)
    judge = _front(stage, token, token.keep(stage.theatre.certificate.key, "xot", 1))

    def ask():
        return _answer(lambda: stage.put(judge.address, peer))
    stage.expect("with its token", "transferred", ask())
    for _ in range(2):
        since = judge.mark()
        token.begin("gone")
        stage.expect("without", "no answer", ask())
        judge.wait_for(r"error: front xot, key does not sign \(.*\); do: see to the token", since)
        judge.wait_for(r"front xot, handshake failed, remote .*; do: see to the token", since)
        stage.until("yes", lambda: ask() and "yes" if judge.matches(
            r"warning: front xot, key not opened \(pkcs11:.*\); do: ", since) else ask())
        since = judge.mark()
        token.end("gone")
        stage.expect("with it again", "transferred", stage.until("transferred", ask))
        judge.wait_for(r"notice: front xot, key opened again, key-file pkcs11:token=dance;",
                       since)


@within(60)
def a_secondary_whose_token_is_gone_is_told_and_goes_on_when_it_is_back(stage):
    token = _fickle(stage)
    if not token:
        return
    key = stage.key()
    stage.publish(NAME, key.tlsa)
    stage.publish_primary()
    stage.front(stage.behind("NSD"))
    entry = {**stage.client_entry(key, PORT), "key-file": token.keep(key, "xfr", 1)}
    client = _with(token, stage.client(entry, start=False))
    client.start()
    stage.expect("with its token", "transferred",
                 stage.until("transferred", lambda: _ask(stage)))
    token.begin("gone")
    stage.expect("without", "SERVFAIL, EDE 23", _ask(stage))
    client.wait_for(r"warning: client primary5853, handshake failed, primary \S+ \(.*\); do: "
                    "see to the token")
    token.end("gone")
    stage.expect("with it again", "transferred",
                 stage.until("transferred", lambda: _ask(stage)))


@within(60)
def a_token_that_is_slow_keeps_nobody_else_waiting(stage):
    token = _fickle(stage)
    if not token:
        return
    peer, own, key = _peer(stage), stage.theatre.certificate, stage.key()
    stage.publish(NAME, peer.tlsa(), key.tlsa)
    stage.publish_primary()
    server = stage.behind("NSD")
    entry = stage.entry(server)
    fronts = [{**entry, "key-file": token.keep(own.key, "xot", 1)},
              {**entry, "id": "file", "listen": "127.0.0.52@853"}]
    clients = [{**stage.client_entry(key, PORT, primary="127.0.0.52@853"),
                "key-file": token.keep(key, "xfr", 2)},
               stage.client_entry(key, 5854, primary="127.0.0.52@853")]
    judge = _with(token, stage.front(None, start=False, more={
        "server": {"threads": 1}, "front": fronts, "client": clients}))
    judge.start()
    stage.until("transferred", lambda: stage.put("127.0.0.52", peer))
    stage.until("transferred", lambda: _ask(stage))
    token.begin("slow")
    answers = {}
    asks = {"front": lambda: stage.put(judge.address, peer), "client": lambda: _ask(stage)}
    threads = [threading.Thread(target=lambda name=name: answers.update(
        {name: _answer(asks[name])})) for name in asks]
    for thread in threads:
        thread.start()
    for _ in range(5):
        stage.expect("another front", "transferred", stage.put("127.0.0.52", peer))
        stage.expect("another client", "transferred",
                     stage.put(CLIENT_ADDRESS, tls=False, port=5854))
    stage.expect("who has an answer", "{}", answers)
    token.end("slow")
    for thread in threads:
        thread.join()
    stage.expect("who waited", "{'client': 'transferred', 'front': 'transferred'}",
                 dict(sorted(answers.items())))
