# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/certificate_policy.c
# Says: mappings count though they are inhibited
# Cost: dear
s/!inhibited && why == NULL/why == NULL/
