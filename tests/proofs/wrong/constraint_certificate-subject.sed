# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/constraint.c
# Says: the subject is no name where there are alternative ones
# Cost: cheap
s/why == NULL && alternative\)/alternative)/
