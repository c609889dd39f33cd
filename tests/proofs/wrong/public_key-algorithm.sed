# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/public_key.c
# Says: the key of another algorithm is taken for one of Ed25519
# Cost: dear
s/^(\t\{ \{ 0x2b, 101), 112/\1, 110/
