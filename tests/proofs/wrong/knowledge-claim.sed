# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: tests/proofs/knowledge.pml
# Says: the lookup thread is not told of a claim
# Cost: cheap
s/:: wake -> woken = true/:: wake -> skip/
