# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/constraint.c
# Says: a mailbox beyond ASCII passes by
# Cost: cheap
s/if \(is_constrained\(constraints, NAME_EMAIL\) && general_name_is_utf8_mailbox\(name\)\)/if (false)/
