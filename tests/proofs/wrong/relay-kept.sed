# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: tests/proofs/relay.pml
# Says: our answer may be to a query that is only half there
# Cost: cheap
s/first = passed == 1 \&\& awaiting \&\& kept/first = passed == 1 \&\& awaiting/
