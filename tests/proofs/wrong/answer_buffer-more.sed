# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/answer_buffer.c
# Says: there is room for more than there is
# Cost: cheap
s/\*size = BUFFERS_SIZE - answers->end;/*size = BUFFERS_SIZE;/
