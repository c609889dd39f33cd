# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/base64.c
# Says: what is not in the alphabet is taken for its first character
# Cost: dear
s/\(int\)\(at - alphabet\) : -1/(int)(at - alphabet) : 0/
