# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/public_key.c
# Says: a point may be longer than its curve has it
# Cost: dear
s/key->octets\.size == 1 \+ field \*/key->octets.size >= 1 + field */
