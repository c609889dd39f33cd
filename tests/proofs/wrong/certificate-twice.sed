# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/certificate.c
# Says: an extension may be there twice
# Cost: dear
s/if \(octets_equal\(oids\[i\], oids\[count\]\)\)/if (false)/
