# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/verdict.c
# Says: a failed lookup allows
# Cost: cheap
/DANCE_FAIL_TIMEOUT/,/CLASS/ s/DANCE_CLASS_FAIL/DANCE_CLASS_ALLOW/
