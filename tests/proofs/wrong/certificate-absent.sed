# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/certificate.c
# Says: the value of an extension of which nothing is critical is lost
# Cost: dear
s/^(\t\tcertificate->extensions\[kind\]) = value;/\1 = critical ? value : certificate->extensions[kind];/
