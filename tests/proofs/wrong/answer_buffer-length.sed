# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/answer_buffer.c
# Says: a length is read that is not there
# Cost: cheap
s/size < LENGTH/size < 1/
