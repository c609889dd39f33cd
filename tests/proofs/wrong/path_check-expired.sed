# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_check.c
# Says: a certificate never expires
# Cost: dear
s/if \(at > certificate->not_after\)/if (false)/
