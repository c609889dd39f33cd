# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/constraint.c
# Says: a subtree that is not understood does not matter
# Cost: cheap
s/if \(\(constraints->unclear_forms & form\) != 0\)/if (false)/
