# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/der_certificate.c
# Says: something may stand behind the extensions
# Cost: dear
s/&tagged\) \|\| rest\.size != 0/\&tagged)/
