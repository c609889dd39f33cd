# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: tests/proofs/relay.pml
# Says: two queries of one id are taken for one
# Cost: cheap
s/pending_lost = true$/skip/
