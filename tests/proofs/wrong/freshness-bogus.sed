# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/freshness.c
# Says: an answer that is bogus leaves the records
# Cost: cheap
s/outcome == RESOLVER_TIMEOUT;/outcome == RESOLVER_TIMEOUT || outcome == RESOLVER_BOGUS;/
