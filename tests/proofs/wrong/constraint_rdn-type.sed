# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/dn.c
# Says: attributes of other types may be equal
# Cost: dear
s/if \(!octets_equal\(wanted->type, attributes\[i\]\.type\)\)/if (false)/
