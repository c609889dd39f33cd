# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/knot/decision.c
# Says: a client is left to an ACL that cannot be read
# Cost: cheap
s/if \(!acl_read\((.*)\)\) \{/if (!acl_read(\1) \&\& false) {/
