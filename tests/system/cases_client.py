# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# dance-front before a secondary: which primaries it lets a secondary talk to, and what it
# says of all others. The secondary is a real one, or one who asks the same way.

import asker
import wire
from bind import BindSecondary
from front import CLIENT_ADDRESS
from front_stage import (NAME, PRIMARY_NAME, PRIMARY_RECORDS, FrontStage)
from nsd import NsdSecondary
from stage import ZONE, within

SUBSET = "front"
STAGE = FrontStage
PORT = 5853


def _both_sides(stage, **options):
    """A front before NSD whose records are not published yet, and a client mode before
    a secondary that it would let in."""
    key = stage.key()
    stage.publish(NAME, key.tlsa)
    judge = stage.front(stage.behind("NSD"))
    return judge, stage.client(stage.client_entry(key, PORT, **options))


def _ask(stage, kind="AXFR"):
    return stage.put(CLIENT_ADDRESS, kind=kind, tls=False, port=PORT)


def a_primary_whose_records_do_not_match_is_told_nothing(stage):
    stage.publish(PRIMARY_RECORDS, stage.key().tlsa)
    judge, client = _both_sides(stage)
    stage.expect("asked", "SERVFAIL, EDE 18", _ask(stage))
    client.wait_for(r"warning: client primary5853, primary refused, primary "
                    rf"127\.0\.0\.50@853, owner {PRIMARY_RECORDS}, .*verdict mismatch .*; do: "
                    "nothing was sent; ")
    stage.expect("verdicts of the primary", "0", len(judge.verdicts()))
    stage.publish_primary()
    stage.expect("with the right record", "transferred",
                 stage.until("transferred", lambda: _ask(stage)))


def a_real_secondary_gets_nothing_from_a_primary_that_dns_does_not_prove(stage):
    stage.publish(PRIMARY_RECORDS, stage.key().tlsa)
    judge, client = _both_sides(stage)
    for kind, address in ((NsdSecondary, "127.0.0.24"), (BindSecondary, "127.0.0.26")):
        secondary = kind(stage.path(kind.__name__), address, [ZONE],
                         f"{CLIENT_ADDRESS}@{PORT}")
        stage.servers.append(secondary)
        since = client.mark()
        secondary.start()
        client.wait_for(r"warning: .* primary refused, .*verdict mismatch", since)
        answer = asker.ask_udp(address, ZONE)
        stage.expect(f"SOA of {secondary.name}", "SERVFAIL", answer.rcode)
    stage.expect("verdicts of the primary", "0", len(judge.verdicts()))


def a_primary_without_records_is_refused_unless_an_authority_vouches_for_it(stage):
    _, client = _both_sides(stage)
    stage.expect("without records", "SERVFAIL, EDE 18", _ask(stage))
    client.wait_for(r"warning: .* refused, .*verdict no-tlsa")
    stage.retire(client)
    key = stage.key()
    stage.publish(NAME, key.tlsa)
    other = stage.certificate(PRIMARY_NAME, subject="/CN=other")
    for authority, expected in ((stage.theatre.certificate, "transferred"),
                                (other, "SERVFAIL, EDE 18")):
        client = stage.client(stage.client_entry(key, PORT, ca_file=authority.path))
        stage.expect("with a file of authorities", expected,
                     stage.until(expected, lambda: _ask(stage)))
        if expected == "transferred":
            client.wait_for(rf"verdict allow \(no-tlsa; PKIX for {PRIMARY_NAME}: ok\)")
        stage.retire(client)
    client = stage.client(stage.client_entry(
        key, PORT, ca_file=stage.theatre.certificate.path, name="ns9.example.com"))
    stage.expect("another name than in its certificate", "SERVFAIL, EDE 18", _ask(stage))


def an_authority_counts_for_nothing_where_there_are_records_or_dnssec_fails(stage):
    authority = stage.theatre.certificate.path
    stage.publish(PRIMARY_RECORDS, stage.key().tlsa)
    _, client = _both_sides(stage, ca_file=authority)
    stage.expect("records of another key", "SERVFAIL, EDE 18", _ask(stage))
    stage.retire(client)
    bogus = "_853._tcp.ns2.broken.net"
    stage.publish(bogus, stage.theatre.certificate.tlsa())
    key = stage.key()
    client = stage.client(stage.client_entry(key, PORT, name="ns2.broken.net",
                                             ca_file=authority))
    stage.require(not _ask(stage).transferred, "a bogus answer was believed")
    client.wait_for(r"warning: .*, primary failed, .*verdict bogus")


def an_authority_counts_for_nothing_without_a_trust_anchor_of_the_root(stage):
    """Where nothing can be proved, it is not proved either that there are no records."""
    path = stage.path("anchor.key")
    judge, client = _both_sides(stage, ca_file=stage.theatre.certificate.path)
    stage.expect("where there are proved to be none", "transferred",
                 stage.until("transferred", lambda: _ask(stage)))
    entry, asked = client.sections["client"][0], len(judge.verdicts())
    stage.retire(client)
    stage.publish(PRIMARY_RECORDS, stage.key().tlsa)
    digest = "5a" * 32
    for text, reason in ((f". IN DS 1 13 99 {digest}", "its digest type is neither 2 nor 4"),
                         (f". IN DS 1 99 2 {digest}", "its algorithm is not 8,"),
                         (f"elsewhere. IN DS 1 13 2 {digest}", "only records of other names"),
                         ("DS. IN A 192.0.2.1", "no DS or DNSKEY record of the root")):
        with open(path, "w", encoding="ascii") as file:
            file.write(text + "\n")
        client = stage.dance_front({"dns": stage.dns(trust_anchor=path), "client": [entry]},
                                   address=CLIENT_ADDRESS, name="dance-front client")
        stage.require(not _ask(stage).transferred, f"let through by '{text}'")
        client.wait_for(rf"no lookup is possible \(trust anchor {path}: .*{reason}")
        stage.retire(client)
    stage.expect("queries that came to the primary", "0", len(judge.verdicts()) - asked)


@within(60)
def a_primary_is_shut_out_once_its_records_are_withdrawn(stage):
    stage.publish_primary()
    _both_sides(stage)
    stage.expect("with its record", "transferred", _ask(stage))
    stage.withdraw(PRIMARY_RECORDS)
    stage.expect("without", "SERVFAIL, EDE 18",
                 stage.until("SERVFAIL, EDE 18", lambda: _ask(stage)))
    stage.publish_primary()
    stage.expect("with it again", "transferred",
                 stage.until("transferred", lambda: _ask(stage)))


def a_dead_primary_is_logged_and_the_next_one_is_asked(stage):
    stage.publish_primary()
    judge, client = _both_sides(stage, primary=["127.0.0.59@853", "127.0.0.50@853"])
    stage.expect("the second of two", "transferred", _ask(stage))
    client.wait_for(r"warning: client primary5853, primary unreachable, primary "
                    r"127\.0\.0\.59@853 \(")
    stage.retire(judge)
    stage.expect("none", "SERVFAIL, EDE 23", _ask(stage))


def over_udp_a_query_for_the_SOA_is_answered_and_all_others_are_truncated(stage):
    stage.publish_primary()
    judge, client = _both_sides(stage)
    answer = asker.ask_udp(CLIENT_ADDRESS, ZONE, port=PORT)
    stage.expect("SOA by UDP", "NOERROR", answer.rcode)
    stage.expect("its record is a SOA", "[6]", answer.types)
    for kind in ("AXFR", "IXFR", "A"):
        answer = asker.ask_udp(CLIENT_ADDRESS, ZONE, kind, port=PORT)
        stage.expect(f"{kind}: truncated", "True", answer.truncated)
        stage.expect(f"{kind}: records in it", "0", len(answer.types))
    stage.expect("SOA by TCP", "NOERROR", _ask(stage, "SOA"))
    stage.expect("A by TCP", "REFUSED, EDE 21", _ask(stage, "A"))
    stage.retire(judge)
    answer = asker.ask_udp(CLIENT_ADDRESS, ZONE, port=PORT)
    stage.expect("without a primary", "SERVFAIL", answer.rcode)
    client.wait_for(r"warning: client primary5853, primary unreachable, ")


def over_udp_nothing_more_passes_than_over_tcp(stage):
    stage.publish_primary()
    _both_sides(stage, **{"pass": "notify"})
    answer = asker.ask_udp(CLIENT_ADDRESS, ZONE, port=PORT)
    stage.expect("SOA by UDP", "REFUSED", answer.rcode)
    stage.expect("SOA by TCP", "REFUSED, EDE 21", _ask(stage, "SOA"))


def a_secondary_with_a_raw_key_and_no_name_is_known_by_its_key(stage):
    stage.publish_primary()
    key = stage.key()
    stage.publish(NAME, key.tlsa)
    judge = stage.front(stage.behind("BIND"))
    stage.client(stage.client_entry(key, PORT, client_name=None, raw_key=True))
    stage.expect("the zone", "transferred", _ask(stage))
    line = judge.verdicts()[-1]
    stage.expect("the name logged", NAME, line.client)
    stage.expect("the key logged", key.digest, line.key)


def a_front_that_requires_names_refuses_clients_that_send_none(stage):
    stage.publish_primary()
    key = stage.key()
    stage.publish(NAME, key.tlsa)
    judge = stage.front(stage.behind("NSD"), require_name=True)
    entries = [stage.client_entry(key, PORT), stage.client_entry(key, 5854, None)]
    stage.client(*entries)
    stage.expect("with a name", "transferred", _ask(stage))
    seen = stage.put(CLIENT_ADDRESS, tls=False, port=5854)
    stage.expect("without", "SERVFAIL", seen.rcode)
    judge.wait_for(r"handshake failed, remote ")


def a_name_that_is_not_its_own_gets_a_secondary_nothing(stage):
    stage.publish_primary()
    key = stage.key()
    stage.publish(NAME, stage.key().tlsa)
    stage.publish("_xfr-client.ns3.example.org", key.tlsa)
    judge = stage.front(stage.behind("PowerDNS"))
    client = stage.client(stage.client_entry(key, PORT))
    stage.expect("asked under another's name", "REFUSED, EDE 18", _ask(stage))
    client.wait_for(r"notice: client primary5853, AXFR example\.com\. answered, primary "
                    r"\S+, rcode REFUSED, ede 18 \(no TLSA record matches\); do: ask the ")
    stage.expect("the verdict", "refused, mismatch", judge.verdicts()[-1])


def a_client_mode_listens_to_its_own_machine_only(stage):
    key = stage.key()
    client = stage.client(stage.client_entry(key, PORT, listen="0.0.0.0@5853"),
                          start=False)
    checked = client.check()
    stage.expect("--check", "1", checked.returncode)
    stage.require("127.0.0.0/8" in checked.stdout, f"it says: {checked.stdout}")
    stage.servers.remove(client)


def a_query_for_many_zones_goes_through_one_after_another(stage):
    stage.publish_primary()
    _both_sides(stage)
    with asker.Asker(CLIENT_ADDRESS, tls=False, port=PORT) as connection:
        for kind in ("SOA", "AXFR", "SOA", "AXFR"):
            outcome = connection.ask(ZONE, kind)
            stage.expect(kind, "transferred" if kind == "AXFR" else "NOERROR", outcome)
            stage.require(wire.SOA in outcome.types, "there is no SOA in it")
