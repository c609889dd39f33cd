# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The ground the other cases stand on: what another validating resolver says of the world,
# and what servers do here without mod-dance.

import asker
from stage import NAME, ZONE
from world import BROKEN_OWNER

ANY_KEY = "3 1 1 " + "5a" * 32


def the_world_is_secure_where_it_should_be_and_only_there(stage):
    for owner in (NAME, "ns2.unsigned.net", BROKEN_OWNER):
        stage.world.publish(owner, ANY_KEY)
    judge = stage.unbound()
    stage.expect("a signed zone", "NOERROR, secure", judge.ask(NAME, "TLSA"))
    stage.expect("no such name", "NXDOMAIN, secure", judge.ask("no." + NAME, "TLSA"))
    stage.expect("an unsigned zone", "NOERROR",
                 judge.ask("ns2.unsigned.net", "TLSA"))
    stage.expect("broken signatures", "SERVFAIL",
                 judge.ask(BROKEN_OWNER, "TLSA"))
    stage.expect("the same zone's other records", "NOERROR, secure",
                 judge.ask("broken.net", "NS"))


def a_withdrawn_record_is_gone_once_its_ttl_has_passed(stage):
    stage.world.publish(NAME, ANY_KEY)
    judge = stage.unbound()
    stage.expect("published", "NOERROR, secure", judge.ask(NAME, "TLSA"))
    stage.world.withdraw(NAME)
    stage.expect("withdrawn", "NXDOMAIN, secure",
                 stage.until("NXDOMAIN, secure", lambda: judge.ask(NAME, "TLSA")))


def without_the_module_any_tls_client_passes_such_an_acl(stage):
    primary = stage.primary(modules={}, zones={ZONE: {"acl": "xot"}})
    stage.expect("anybody", "transferred", asker.ask(primary.address, ZONE))
    stage.expect("over plain TCP", "NOTAUTH", asker.ask(primary.address, ZONE, tls=False))


def without_the_module_a_secondary_resumes_its_tls_sessions(stage):
    primary = stage.primary(modules={}, zones={ZONE: {"acl": "xot"}})
    tap = stage.tap()
    secondary = stage.secondary(remote=tap.address)
    secondary.has(ZONE, 1)
    for _ in range(3):
        stage.expect("transfer", "transferred by AXFR", secondary.pull(ZONE))
    stage.require(tap.seen.count(True) >= 3, f"sessions resumed: {tap.seen}")
    primary.change(ZONE, 2, "www A 192.0.2.2\n")
    stage.expect("change", "transferred by IXFR", secondary.pull(ZONE, "zone-refresh"))
