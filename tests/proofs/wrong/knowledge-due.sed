# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: tests/proofs/knowledge.pml
# Says: the lookup thread is not told that somebody is to be called back
# Cost: cheap
s/:: due\[CALLBACK\] -> woken = true/:: due[CALLBACK] -> skip/
