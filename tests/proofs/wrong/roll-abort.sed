# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: tests/proofs/roll.pml
# Says: a roll is given up when its key is in use
# Cost: cheap
s/^\t\tfile_key == OLD -> wants_abort/\t\ttrue -> wants_abort/
