# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: tests/proofs/relay.pml
# Says: the client is left waiting when the server is gone
# Cost: cheap
s/:: !rest \&\& !first -> stop\(\)/:: !rest \&\& !first -> skip/
