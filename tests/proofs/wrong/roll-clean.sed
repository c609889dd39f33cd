# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: tests/proofs/roll.pml
# Says: the old key is deleted while a server has its record
# Cost: cheap
s/step == CLEAN \&\& is_nowhere\(old_at\)/step == CLEAN/
