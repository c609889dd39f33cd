# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/public_key.c
# Says: an EdDSA key may have parameters
# Cost: dear
s/has_no_parameters\(key\) && (key->octets\.size == 32)/\1/
