# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: tests/proofs/knowledge.pml
# Says: knowledge is published before it is whole
# Cost: cheap
/^\twhole\[after\] = true;/d
s/^\tknowledge\[owner\] = after;/&\n\twhole[after] = true;/
