# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: tests/proofs/roll.pml
# Says: one TTL is enough
# Cost: cheap
s/seen_for >= SPREAD_TIME -> step = SWITCH/seen_for >= 1 -> step = SWITCH/
