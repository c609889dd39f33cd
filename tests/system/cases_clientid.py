# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# dane_clientid on the wire: what dance-front asks, octet for octet, and what it makes of
# what a client answers. The client was written from the draft alone (tests/wire).

from clientid_peer import ask, clientid, entries, octets, tls13
from front_stage import ADDRESSES, NAME, FrontStage

SUBSET = "front"
STAGE = FrontStage
HANDSHAKE_FAILURE, ILLEGAL_PARAMETER, PROTOCOL_VERSION = 40, 47, 70


def _front(stage, names=(NAME,), **options):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    return stage.front(stage.behind("NSD"), names, **options), peer


def _refused(stage, judge, what, verdict, seen):
    stage.expect(what, "REFUSED, EDE 18", seen)
    stage.expect(f"{what}: the verdict", verdict, judge.verdict_at(seen.port).verdict)


def a_server_asks_with_an_empty_name_once_and_nowhere_else(stage):
    judge, peer = _front(stage)
    for raw in (False, True):
        seen = ask(judge.address, peer, clientid.answer(NAME), raw=raw)
        stage.expect("its answer", "NOERROR", seen)
        question = seen.client.question()
        stage.expect("what asks", "['00']", [data.hex() for kind, data in question
                                             if kind == clientid.NUMBER])
        stage.require(tls13.SIGNATURE_ALGORITHMS in dict(question), "no signature_algorithms")
        body = seen.client.heard_of(tls13.CERTIFICATE_REQUEST)
        stage.require(clientid.QUESTION in body, f"not as the draft has it: {body.hex()}")
        for message in (tls13.ENCRYPTED_EXTENSIONS, tls13.CERTIFICATE):
            stage.require(clientid.QUESTION[:2] not in seen.client.heard_of(message),
                          f"it is in message {message} too")


def the_name_sent_is_the_one_judged(stage):
    """Two names, one key: only the name says which of them it is."""
    names = {NAME: ADDRESSES[NAME], "a1._device.example.net": "fd00:da:ce::4",
             "xn--bcher-kva.example.net": "fd00:da:ce::5", "ns9.example.net": "fd00:da:ce::6"}
    peer, stranger = stage.certificate(), stage.certificate()
    for name in (*list(names)[:3], "unlisted.example.net"):
        stage.publish(name, peer.tlsa())
    judge = stage.front(stage.behind("NSD"), names)
    for raw in (False, True):
        for name in list(names)[:3]:
            for sent in (name, name.upper()):
                seen = ask(judge.address, peer, clientid.answer(sent), raw=raw)
                stage.expect(sent, "NOERROR", seen)
                stage.expect("logged", name, judge.verdict_at(seen.port).client)
        _refused(stage, judge, "another's key", "mismatch",
                 ask(judge.address, stranger, clientid.answer(NAME), raw=raw))
        _refused(stage, judge, "no records", "no-tlsa",
                 ask(judge.address, peer, clientid.answer("ns9.example.net"), raw=raw))
        _refused(stage, judge, "not listed", "name", ask(
            judge.address, peer, clientid.answer("unlisted.example.net"), raw=raw))


def a_client_without_the_extension_is_a_matter_of_policy(stage):
    judge, peer = _front(stage)
    for raw in (False, True):
        stage.expect("its key is known", "NOERROR", ask(judge.address, peer, raw=raw))
    stage.retire(judge)
    judge = stage.front(stage.servers[0], require_name=True)
    for raw in (False, True):
        stage.expect("names are required", f"alert {HANDSHAKE_FAILURE}",
                     ask(judge.address, peer, raw=raw))
        stage.expect("with one", "NOERROR",
                     ask(judge.address, peer, clientid.answer(NAME), raw=raw))


def what_is_no_name_of_the_draft_is_a_handshake_failure(stage):
    """The draft 7: text, without the trailing dot, A-labels, and a name of DNS, which has 253
    characters at most; 8.2: not empty."""
    judge, peer = _front(stage)
    long = ".".join(["a" * 63] * 4)
    name = NAME.encode("ascii")
    for what, data in (
            ("empty", b"\0"),
            ("a U-label", b"\x12b\xc3\xbccher.example.net"[:1 + 0x12]),
            ("Latin-1", b"\x12b\xfccher.example.net\x00"[:1 + 0x12]),
            ("a character as a number", b"\x10" + rb"\097.example.net"),
            ("NUL", bytes([len(name) + 1]) + name + b"\0"),
            ("a line feed", b"\3a\nb"),
            ("a length of two octets", b"\0" + bytes([len(name)]) + name),
            ("no length", name),
            ("in wire form", b"\x0d\x03ns2\x07example\0"),
            ("254 octets", b"\xfe" + long[:254].encode()),
            ("255 octets", b"\xff" + long[:255].encode())):
        for raw in (False, True):
            stage.expect(f"{what}, raw {raw}", f"alert {HANDSHAKE_FAILURE}", ask(
                judge.address, peer, clientid.odd(data), raw=raw))
    judge.wait_for(r"handshake failed, remote ")


def what_may_be_sent_but_is_no_name_of_dns_is_nobodys(stage):
    judge, peer = _front(stage)
    long = ".".join(["a" * 63] * 4)
    for what, text in (("253 octets", long[:253]), ("a trailing dot", NAME + "."),
                       ("a label of 64", "a" * 64 + ".example.net"), ("the root", "."),
                       ("a dot before", "." + NAME), ("an empty label", "ns2..example.net")):
        _refused(stage, judge, what, "name",
                 ask(judge.address, peer, clientid.answer(text)))
    stage.expect("the name alone after all this", "NOERROR",
                 ask(judge.address, peer, clientid.answer(NAME)))


def an_extension_block_has_one_name(stage):
    """RFC 8446 4.2: no more than one extension of a type."""
    judge, peer = _front(stage)
    own, other = clientid.answer(NAME), clientid.answer("ns3.example.net")
    for what, block in (("the same", own + own), ("another", own + other),
                        ("another before", other + own),
                        ("with something between", own + octets.extension(0xFF43, b"") + other)):
        for raw in (False, True):
            stage.expect(f"{what}, raw {raw}", f"alert {ILLEGAL_PARAMETER}",
                         ask(judge.address, peer, block, raw=raw))
    for what, block in (("a block that ends too soon", own[:-1]),
                        ("a block of three octets", own[:3])):
        seen = ask(judge.address, peer, block)
        stage.require(seen.alert, f"{what}: {seen}")


def a_name_in_a_message_it_is_not_for_ends_the_handshake(stage):
    """RFC 8446 4.2, for an extension that is known but not for the message. The draft has it
    in CertificateRequest and Certificate only; its forerunners had it in ClientHello."""
    judge, peer = _front(stage)
    for what, hello in (("empty", clientid.odd(b"")), ("no name", clientid.QUESTION),
                        ("a name", clientid.answer(NAME))):
        stage.expect(f"ClientHello, {what}", f"alert {ILLEGAL_PARAMETER}", ask(
            judge.address, peer, clientid.answer(NAME), hello=hello))
        seen = ask(judge.address, peer, hello=hello, old=True)
        stage.require(seen.alert in (ILLEGAL_PARAMETER, PROTOCOL_VERSION),
                      f"ClientHello of TLS 1.2, {what}: {seen}")
    stage.expect("TLS 1.2 without it", f"alert {PROTOCOL_VERSION}",
                 ask(judge.address, peer, old=True))


def a_name_below_a_certificate_that_is_not_the_clients_own_fails(stage):
    judge, peer = _front(stage)
    more = stage.certificate()
    own, nothing = clientid.answer(NAME), b""
    for what, first, second in (("own", own, nothing), ("both", own, own),
                                ("the other's", nothing, own),
                                ("the other's empty", own, clientid.QUESTION)):
        seen = ask(judge.address, peer,
                   shown=entries(peer, first) + entries(more, second))
        stage.expect(what, "NOERROR" if second == nothing else
                     f"alert {HANDSHAKE_FAILURE}", seen)


def messages_in_many_records_make_no_difference(stage):
    judge, peer = _front(stage)
    for size in (1, 7):
        seen = ask(judge.address, peer, clientid.answer(NAME), raw=True, fragment=size)
        stage.expect(f"{size} octets a record", "NOERROR", seen)
        seen = ask(judge.address, peer, clientid.odd(b"\0"), raw=True, fragment=size)
        stage.expect("an empty name so", f"alert {HANDSHAKE_FAILURE}", seen)
