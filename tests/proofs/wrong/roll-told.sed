# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: tests/proofs/roll.pml
# Says: the service is not told
# Cost: cheap
s/shown = NEXT; shown_for = 0; killed_or_not/killed_or_not/
