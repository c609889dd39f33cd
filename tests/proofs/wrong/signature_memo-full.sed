# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature_memo.c
# Says: a full memo keeps one more
# Cost: dear
s/memo->count == SIGNATURE_MEMO_MAX/memo->count > SIGNATURE_MEMO_MAX/
