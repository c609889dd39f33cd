# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_build.c
# Says: an issuer that has the record's key is asked about
# Cost: dear
s/octets_equal\(issuer->spki, key\) \&\& may_have_issued\(search, issuer\)/false/
