# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/extension.c
# Says: an extension is known by the first three octets of its OID
# Cost: dear
s/oid\.size == 3 &&/oid.size >= 3 \&\&/
