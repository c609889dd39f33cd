# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Every kind of primary gives a zone, and then its change, to every kind of secondary: two
# cases for each pair. What a server cannot do is a note in the table, with the case that
# shows it.

import matrix
from front_stage import PRIMARY_RECORDS, FrontStage
from matrix import PRIMARIES, SECONDARIES, Row, Table, name_of, through_client_mode
from server import wait_until_served
from stage import ZONE, within

SUBSET = "front"
WHOLE = "PowerDNS answers IXFR with the whole zone (RFC 1995 4)"
NO_RAW_KEYS = "Knot's TLS takes no raw keys: the same key was shown in a certificate"


class STAGE(FrontStage):
    def tails(self):
        shared = self.theatre.shared
        return {**(shared.tails() if shared else {}), **super().tails()}


def _cell(kind, column, transfer):
    """One case of the matrix: `transfer` of the zone to a secondary from a primary."""
    whole = transfer == "AXFR" or kind == "PowerDNS"

    @within(60)
    def case(stage):
        row = stage.theatre.share(Row, kind)
        secondary = row.join(column)
        serial = row.serial if transfer == "AXFR" else row.change()
        since, client_since = row.judge.mark(), row.client_mode.mark()
        stage.expect("the transfer", f"transferred by {'AXFR' if whole else 'IXFR'}",
                     row.pull_by(secondary, transfer))
        wait_until_served(secondary, ZONE, serial)
        _check_who(stage, row.judge.verdicts(since), column, transfer, row)
        if through_client_mode(column):
            _check_primary(stage, row.client_mode.verdicts(client_since), transfer)
        note = None
        if transfer == "IXFR" and whole:
            note = WHOLE
        elif kind == PRIMARIES[0] and column.endswith("raw key"):
            note = NO_RAW_KEYS
        stage.theatre.tables.setdefault("matrix", Table()).record(
            kind, column, transfer, note)
    return case


def _check_who(stage, lines, column, transfer, row):
    """What the log of who guards the primary has to say of it."""
    remote = "127.0.0.1" if through_client_mode(column) else matrix.address_of(column)
    lines = [line for line in lines
             if line.type in ("AXFR", "IXFR") and line.address == remote]
    stage.require(lines, "the guard has logged nothing")
    for line in lines:
        stage.expect("the verdict", "allowed", line)
        stage.expect("the name logged", name_of(column), line.client.rstrip("."))
        stage.expect("the query logged", transfer, line.type)
        if column in row.keys:
            stage.expect("the key logged", row.keys[column].key.digest, line.key)
        stage.expect("the address shown", matrix.SHOWN,
                     getattr(line, "shown", matrix.SHOWN))


def _check_primary(stage, lines, transfer):
    """What the log of the client mode has to say of the primary."""
    lines = [line for line in lines if line.type == transfer]
    stage.require(lines, "the client mode has logged nothing")
    for line in lines:
        stage.expect("the verdict on the primary", "allowed", line)
        stage.expect("the primary's name", PRIMARY_RECORDS, line.owner)


def _write_cases():
    place = 0
    for kind in PRIMARIES:
        for column in SECONDARIES:
            for transfer in ("AXFR", "IXFR"):
                case = _cell(kind, column, transfer)
                front = "" if kind == PRIMARIES[0] else " behind dance-front"
                client = " by client mode" if through_client_mode(column) else ""
                case.__name__ = (f"{kind}{front} to {column}{client}: {transfer}"
                                 .replace(" ", "_"))
                case.place = place = place + 1
                case.shares = kind
                globals()[case.__name__] = case


_write_cases()
