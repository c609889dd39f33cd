# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/dn.c
# Says: an RDN that differs leaves it unclear
# Cost: cheap
/^static enum dn_answer compare\(/,/^}/ s/if \(equal == DN_NO\) \{/if (false) {/
