# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: tests/proofs/roll.pml
# Says: the wait does not begin anew when a server lacks the record
# Cost: cheap
/step == SPREAD \&\& !is_everywhere/,/save\(\)/ s/^\t\tseen = false;//
