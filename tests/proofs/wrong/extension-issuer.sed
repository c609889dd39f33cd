# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/extension.c
# Says: the issuer in a key identifier is not looked at
# Cost: dear
s/ && !is_names\(part\)\)/ \&\& false)/
