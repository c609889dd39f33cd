# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The rows and columns of the matrix: every kind of primary with every kind of secondary.
# A row is a stage that its cases share; its secondaries join one by one. It does not
# judge.

import front
import primary
from bind import BindSecondary
from front_stage import PRIMARY_RECORDS, FrontStage
from nsd import NsdSecondary
from primary import Primary
from secondary import Secondary
from server import FILLING, wait_until_served
from stage import ZONE

PRIMARIES = ["Knot with mod-dance", "NSD", "BIND", "PowerDNS"]
SECONDARIES = ["Knot", "NSD", "BIND", "NSD, certificate", "NSD, raw key",
               "BIND, certificate", "BIND, raw key"]
SHOWN = "fd00:da:ce::2"


def through_client_mode(column):
    return ", " in column


def name_of(column):
    """The name of a secondary. Those that come through the client mode are permitted by a
    suffix only, and show certificates without a name: nothing but dane_clientid can tell
    which of the names below that they are."""
    label = column.lower().replace(", ", "-").replace(" ", "-")
    return f"{label}.clients.example.net"


class Row(FrontStage):
    def __init__(self, theatre, folder, kind):
        super().__init__(theatre, folder)
        self.kind = kind
        self.serial = 1
        self.secondaries = {}
        self.keys = {column: self.certificate() for column in SECONDARIES[1:]}

    def begin(self):
        knot = self.secondary(address=address_of("Knot"), start=False,
                              remote=self._address())
        self.secondaries["Knot"] = knot.start()
        knot.wait_for(rf"\[{ZONE}\.?\] refresh, failed")
        self._publish("Knot", f"3 1 1 {knot.key_digest()}")
        for column, certificate in self.keys.items():
            self._publish(column, certificate.tlsa())
        self.publish_primary()
        self.world.keep(PRIMARY_RECORDS)
        self._start_primary()
        self._start_client_mode()
        return self

    def _publish(self, column, record):
        self.publish(name_of(column), record)
        self.world.keep(name_of(column))

    def _address(self):
        return primary.ADDRESS if self.kind == PRIMARIES[0] else front.ADDRESS

    # --- the two sides -----------------------------------------------------------------

    def _start_primary(self):
        if self.kind == PRIMARIES[0]:
            # Its TLS knows no dane_clientid: each name is listed.
            self.server = self.primary([name_of(column) for column in SECONDARIES],
                                       start=False)
            self.server.write_zone(ZONE, 1, FILLING + 'serial1 TXT "1"\n')
            self.judge = self.server.start()
            return
        self.server = self.behind(self.kind, {ZONE: [SHOWN]})
        names = [name_of(column) for column in SECONDARIES
                 if not through_client_mode(column)] + ["*.clients.example.net"]
        self.judge = self.front(self.server, {name: SHOWN for name in names})

    def _start_client_mode(self):
        self.ports = {column: 5851 + number for number, column in enumerate(
            filter(through_client_mode, SECONDARIES))}
        self.client_mode = self.client(*(
            self.client_entry(self.keys[column].key, port, name_of(column),
                              primary=f"{self._address()}@853",
                              raw_key=column.endswith("raw key"))
            for column, port in self.ports.items()))

    def join(self, column):
        """The secondary of a column, with the zone as it is."""
        if column not in self.secondaries:
            self.secondaries[column] = self._make(column)
            self.servers.append(self.secondaries[column])
            self.secondaries[column].start()
            self.expect("the first transfer", "transferred by AXFR",
                        self.secondaries[column].outcome(ZONE))
        return self.secondaries[column]

    def _make(self, column):
        kind = {"N": NsdSecondary, "B": BindSecondary}[column[0]]
        folder, address = self._path("secondary"), address_of(column)
        if through_client_mode(column):
            remote = f"{front.CLIENT_ADDRESS}@{self.ports[column]}"
            return kind(folder, address, [ZONE], remote)
        return kind(folder, address, [ZONE], f"{self._address()}@853", self.keys[column],
                    self.theatre.certificate)

    # --- what can be done --------------------------------------------------------------

    def change(self):
        """Makes the next version of the zone; returns its serial."""
        self.serial += 1
        record = f'serial{self.serial} TXT "{self.serial}"\n'
        if isinstance(self.server, Primary):
            self.server.change(ZONE, self.serial, FILLING + record)
            wait_until_served(self.server, ZONE, self.serial)
        else:
            self.server.change(ZONE, self.serial, record)
        return self.serial

    def end(self):
        self.world.release()
        return super().end()

    @staticmethod
    def pull_by(secondary, kind):
        if isinstance(secondary, Secondary):
            how = {"AXFR": "zone-retransfer", "IXFR": "zone-refresh"}[kind]
            return secondary.pull(ZONE, how)
        return secondary.pull(ZONE, kind)


def address_of(column):
    return f"127.0.0.{21 + SECONDARIES.index(column)}"


class Table:
    """What came of each cell, for the end of a run."""

    def __init__(self):
        self.cells = {}

    def record(self, row, column, transfer, note=None):
        """note: why it is not all that it could be."""
        self.cells.setdefault((row, column), []).append((transfer, note))

    def add(self, other):
        """What came of other cells."""
        for cell, entries in other.cells.items():
            self.cells.setdefault(cell, []).extend(entries)

    def _cell(self, row, column, notes):
        """Its text; a note of it that is not among the notes is put there."""
        shown = []
        for transfer, note in self.cells.get((row, column), []):
            if note and note not in notes:
                notes.append(note)
            shown.append(f"{transfer} ({notes.index(note) + 1})" if note else transfer)
        return ", ".join(shown) or "-"

    def lines(self):
        notes = []
        heads = ["primary \\ secondary"] + SECONDARIES
        rows = [[row if row == PRIMARIES[0] else f"{row}, dance-front"]
                + [self._cell(row, column, notes) for column in SECONDARIES]
                for row in PRIMARIES]
        widths = [max(len(row[i]) for row in [heads] + rows) for i in range(len(heads))]
        lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths))
                 + " |" for row in [heads] + rows]
        return lines + [f"| ({number}) {note}" for number, note in
                        enumerate(notes, 1)]
