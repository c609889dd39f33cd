# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/certificate.c
# Says: a certificate is read although the work was spent
# Cost: dear
s/return !work->spent;/return true;/
