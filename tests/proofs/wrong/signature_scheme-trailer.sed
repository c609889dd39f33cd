# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature.c
# Says: there are other trailers
# Cost: dear
s/ \&\& trailer == 1;/;/
