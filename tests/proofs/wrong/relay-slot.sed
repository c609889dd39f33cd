# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: tests/proofs/relay.pml
# Says: a connection in use gives way to another client
# Cost: cheap
s/connected \&\& idle \&\& !lost/connected \&\& !lost/
