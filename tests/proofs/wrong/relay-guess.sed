# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: tests/proofs/relay.pml
# Says: our answer may follow a part of the server's
# Cost: cheap
s/first = passed == 1 \&\& awaiting \&\& kept/first = passed == 1 \&\& kept/
