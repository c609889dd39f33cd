# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/rate_limit.h
# Says: one line more passes than may
# Cost: cheap
s/\(uint32_t\)passed >= per_second/(uint32_t)passed > per_second/
