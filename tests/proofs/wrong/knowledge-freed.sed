# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: tests/proofs/knowledge.pml
# Says: what is replaced is freed at once
# Cost: cheap
s/:: retired != NONE \|\| gone != NONE -> synchronize\(\)/:: gone != NONE -> synchronize()/
