# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature.c
# Says: the last octet of a shorter OID is looked at
# Cost: dear
s/oid\.size == sizeof\(nist_hash\) \+ 1 \&\&/oid.size <= sizeof(nist_hash) + 1 \&\&/
