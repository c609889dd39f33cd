# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/publisher.c
# Says: records that are not signed make a set
# Cost: cheap
s/^	if \(answer->outcome == RESOLVER_SECURE\) \{/	if (answer->outcome == RESOLVER_SECURE || answer->outcome == RESOLVER_INSECURE) {/
