# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/answer_buffer.c
# Says: what is left does not move
# Cost: cheap
s/^\tmemmove\(.*$/\t;/
