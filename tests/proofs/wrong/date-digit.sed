# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/date.c
# Says: a colon is a digit
# Cost: cheap
s/\*\*at > '9'/**at > ':'/
