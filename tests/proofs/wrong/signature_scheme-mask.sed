# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature.c
# Says: the mask may be of another hash
# Cost: dear
s/ \&\& mask == scheme->hash \&\& trailer/ \&\& trailer/
