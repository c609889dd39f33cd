#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What the benches read in the manual, and what they compute from what the load tools say.
# Nothing is measured here.

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, os.pardir, "system"))
os.environ.setdefault("DANCE_BUILD", os.curdir)

import device_fleet  # noqa: E402
import recommended  # noqa: E402
import with_devices  # noqa: E402
import with_haproxy  # noqa: E402

TEXT = """.Ic before
to 1
.Pp
If thousands of clients have names below one pattern, set
.Ic lookups-per-second
to 1500,
.Ic max-connections ,
.Ic max-per-suffix
and
.Ic max-per-server
to 300.
Use no others.
.El
.Ic after
to 2
"""


class TestRecommended(unittest.TestCase):
    def test_a_number_is_that_of_all_options_named_before_it(self):
        self.assertEqual({"lookups-per-second": 1500, "max-connections": 300,
                          "max-per-suffix": 300, "max-per-server": 300},
                         recommended.settings(recommended.paragraph(TEXT)))

    def test_a_manual_without_the_paragraph_is_refused(self):
        with self.assertRaises(ValueError):
            recommended.paragraph(".Ic lookups-per-second\nto 1500\n")

    def test_the_manual_has_all_that_a_storm_needs(self):
        found = recommended.sections()
        self.assertEqual(set(recommended.SECTIONS), set(found))
        for options in found.values():
            for option, number in options.items():
                self.assertGreater(number, 1, option)


class TestFigures(unittest.TestCase):
    def test_figures_are_the_numbers_of_a_line(self):
        self.assertEqual({"back": 3, "turned-away": 0, "seconds": 1.25},
                         device_fleet.figures("back=3 turned-away=0 seconds=1.250\n"))

    def test_the_front_says_why_a_device_had_to_come_again(self):
        begin = "dance-front: info: front devices, stream"
        lines = [f"{begin} allowed, remote 127.64.0.1@1, client n0.example, verdict allow",
                 f"{begin} ended, remote 127.64.0.1@1, client n0.example, seconds 0 "
                 "(both sides have closed it)",
                 f"{begin} failed, remote 127.64.0.2@1, verdict timeout (no (whole) answer)",
                 f"{begin} failed, remote 127.64.0.3@1, verdict timeout (no (whole) answer)",
                 f"{begin} ended, remote 127.64.0.4@1, client n3.example (the client is gone)"]
        self.assertEqual([("stream failed (no (whole) answer)", 2),
                          ("stream ended (the client is gone)", 1)],
                         with_devices.reasons(lines))

    def test_what_a_way_adds_is_what_it_takes_longer_in_the_same_round(self):
        straight, through = with_haproxy.Way("a", "127.0.0.1", 1), \
            with_haproxy.Way("b", "127.0.0.1", 2)
        straight.rounds = [{"median": 20.0}, {"median": 30.0}]
        through.rounds = [{"median": 50.0}, {"median": 45.0}]
        self.assertEqual([30.0, 15.0], with_haproxy.added(through, straight))


if __name__ == "__main__":
    unittest.main()
