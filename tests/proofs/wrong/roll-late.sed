# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: tests/proofs/roll.pml
# Says: a record that no server has yet is not withdrawn when a roll is given up
# Cost: cheap
s/step == ABORT \&\& !next_wanted \&\& is_nowhere/step == ABORT \&\& is_nowhere/
