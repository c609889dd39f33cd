# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_build.c
# Says: a digest of a key stands for the key
# Cost: dear
s/record->selector == TLSA_SPKI && record->matching == TLSA_FULL &&/record->selector == TLSA_SPKI \&\&/
