# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: tests/proofs/relay.pml
# Says: the next message does not wait for the end of the one before
# Cost: cheap
s/!over \&\& out_left == 0 \&\& \(down_whole/!over \&\& (down_whole/
