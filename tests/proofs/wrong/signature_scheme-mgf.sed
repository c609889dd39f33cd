# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature.c
# Says: each function may make the mask
# Cost: dear
s/^\t\tis_oid\(oid, id_mgf1, sizeof\(id_mgf1\)\) \&\& read_hash/\t\tread_hash/
