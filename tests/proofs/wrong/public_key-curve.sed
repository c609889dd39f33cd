# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/public_key.c
# Says: a key may write out its curve
# Cost: dear
s/if \(key\.explicit_curve\)/if (false)/
