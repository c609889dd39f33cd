# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature_memo.c
# Says: a signature of RSASSA-PSS is by one SubjectPublicKeyInfo only
# Cost: dear
s/!signature_is_pss\(&certificate->signed_part\)/true/
