# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/pending_queries.c
# Says: records may stand behind the end
# Cost: dear
s/progress != PROGRESS_MORE \|\| !take_record/!take_record/
