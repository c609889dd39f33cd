# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: tests/proofs/knowledge.pml
# Says: a decision reads the count after the knowledge
# Cost: cheap
/^\tmarks\[me\] = count;/d
s/^\tknown = knowledge\[owner\];/&\n\tmarks[me] = count;/
