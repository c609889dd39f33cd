# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: tests/proofs/knowledge.pml
# Says: the answer is counted before it is published
# Cost: cheap
/^\tcount\+\+;/d
s/^\twhole\[after\] = true;/&\n\tcount++;/
