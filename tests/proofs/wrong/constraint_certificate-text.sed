# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/constraint.c
# Says: a mailbox may be of any type of string
# Cost: cheap
s/if \(value->tag != DER_IA5_STRING && .*$/if (false \&\&/
