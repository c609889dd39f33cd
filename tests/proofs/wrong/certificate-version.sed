# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/certificate.c
# Says: a certificate of version 2 may have extensions
# Cost: dear
s/certificate->version != 3 \?/certificate->version == 1 ?/
