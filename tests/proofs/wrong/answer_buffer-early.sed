# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/answer_buffer.c
# Says: an answer is whole without its last octets
# Cost: cheap
s/return size >= wanted \? wanted : 0;/return size + LENGTH >= wanted ? wanted : 0;/
