# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: tests/proofs/roll.pml
# Says: DNS is not asked again before a switch that was interrupted
# Cost: cheap
s/step == SWITCH \&\& \(file_key == NEXT \|\| is_everywhere\(next_at\)\)/step == SWITCH/
