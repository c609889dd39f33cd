# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: tests/proofs/knowledge.pml
# Says: a thread does not look once more before it sleeps
# Cost: cheap
s/:: count != marks\[THREAD\] -> break/:: signalled -> break/
