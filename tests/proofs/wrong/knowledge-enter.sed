# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: tests/proofs/knowledge.pml
# Says: who wants to be called back does not look whether the answer is there
# Cost: cheap
s/:: count != marks\[CALLBACK\] -> due\[CALLBACK\] = true/:: false -> due[CALLBACK] = true/
