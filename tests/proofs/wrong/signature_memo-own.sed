# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature_memo.c
# Says: the own key of a certificate is tried for all
# Cost: dear
s/if \(certificate->self_issued &&/if (true \&\&/
