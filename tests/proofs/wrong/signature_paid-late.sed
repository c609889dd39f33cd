# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature.c
# Says: a key is read before it is paid for
# Cost: cheap
s/^\tif \(!work_take\(work, price/\tif (verify(spki, scheme.sign, flags, of->tbs, of->signature, work) == SIGNATURE_UNCHECKED || !work_take(work, price/
