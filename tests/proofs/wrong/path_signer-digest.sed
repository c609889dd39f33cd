# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_build.c
# Says: a digest of a key is a key
# Cost: dear
s/record->matching == TLSA_FULL \&\&/true \&\&/
