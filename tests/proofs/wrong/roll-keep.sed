# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: tests/proofs/roll.pml
# Says: the old record is withdrawn at once
# Cost: cheap
s/switched_for >= KEEP_TIME ->/true ->/
