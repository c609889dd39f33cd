# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/certificate_policy.c
# Says: self-issued certificates are counted
# Cost: dear
s/bool counts = !anchor && !step->self_issued/bool counts = !anchor/
