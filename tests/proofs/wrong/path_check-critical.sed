# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_check.c
# Says: an unknown critical extension is taken
# Cost: dear
s/if \(certificate->unknown_critical\)/if (false)/
