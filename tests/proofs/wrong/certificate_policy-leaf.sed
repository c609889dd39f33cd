# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/certificate_policy.c
# Says: anyPolicy of a self-issued leaf counts though it is inhibited
# Cost: dear
s/\(!leaf && step->self_issued\)/step->self_issued/
