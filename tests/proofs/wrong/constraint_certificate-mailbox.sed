# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/constraint.c
# Says: the mailboxes in a subject are of no account
# Cost: cheap
s/subject, !alternative, work/subject, false, work/
