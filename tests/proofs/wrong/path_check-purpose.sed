# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_check.c
# Says: a CA may be for another purpose
# Cost: dear
s/if \(\(certificate->purposes & purpose\) == 0\)/if (!certificate->basic.ca \&\& (certificate->purposes \& purpose) == 0)/
