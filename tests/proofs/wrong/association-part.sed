# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/association.h
# Says: the key stands in place of the certificate
# Cost: cheap
s/\*octets = of->whole\[selector\];/*octets = of->whole[TLSA_SPKI];/
