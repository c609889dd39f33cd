# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature.c
# Says: something may stand behind the parameters
# Cost: dear
s/return parts\.size == 0 \&\& mask/return mask/
