# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_build.c
# Says: an issuer of another name is asked about
# Cost: dear
s/if \(may_have_issued\(search, issuer\) \&\&$/if (true \&\&/
